/** Any tree, any change: what a snapshot holds comes back byte for byte, and so does what a restore took away. */
import { chmod, lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contents, quiet, type WorkTree, workTree } from './tree.ts';

type Leaf =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string };
type Trees = ReadonlyMap<string, Leaf>;

const name = fc.constantFrom('a', 'b', 'c', 'ä ö', '.d', 'e.txt', '-f', '[g]', 'h"\'', 'A');
const paths = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('file' as const),
      bytes: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(5000).fill(7))),
      mode: fc.constantFrom(0o644, 0o755, 0o600, 0o444, 0o700),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      target: fc.constantFrom('a', '../outside', '/nowhere/at/all', 'b/c', '.'),
    }),
  },
);
const trees = fc.array(fc.tuple(paths, leaf), { maxLength: 10 }).map((entries): Trees => new Map(entries));

/** Makes the tree exactly this one; of two that cannot both be (a file and what is below it) the first. */
async function become(tree: WorkTree, wanted: Trees): Promise<void> {
  await rm(tree.root, { recursive: true });
  await mkdir(tree.root);
  for (const [file, one] of wanted) {
    const folder = path.dirname(tree.at(file));
    const made = await lstat(tree.at(file)).catch(() => undefined);
    if (
      made ||
      !(await mkdir(folder, { recursive: true }).then(
        () => true,
        () => false,
      ))
    )
      continue;
    if (!(await throughFolders(tree, file))) continue;
    if (one.kind === 'link') await symlink(one.target, tree.at(file));
    else {
      await writeFile(tree.at(file), one.bytes);
      await chmod(tree.at(file), one.mode);
    }
  }
}

async function throughFolders(tree: WorkTree, file: string): Promise<boolean> {
  const above = file.split('/').slice(0, -1);
  for (let depth = 1; depth <= above.length; depth += 1) {
    if (!(await lstat(tree.at(...above.slice(0, depth)))).isDirectory()) return false;
  }
  return true;
}

/** A mode without another bit to run it is no difference of its own: git does not tell them apart either. */
const files = async (tree: WorkTree): Promise<string[]> =>
  (await contents(tree.root))
    .filter((line) => !line.endsWith('/'))
    .map((line) =>
      line.replace(/ ([0-7]{3}) (?=[0-9a-f]{64}$)/, (_all, mode) => (Number(mode[0]) & 1 ? ' x ' : ' - ')),
    );

test('from any tree to any other and back, and the way back undone', async () => {
  await fc.assert(
    fc.asyncProperty(trees, trees, async (first, second) => {
      await using tree = await workTree();
      await become(tree, first);
      const [one, before] = [await tree.take(), await files(tree)];
      expect(await tree.compare(one)).toEqual([]);
      await become(tree, second);
      const [two, after] = [await tree.take(), await files(tree)];
      expect(await tree.compare(one, two)).toEqual(await tree.compare(one));
      expect(await tree.restore(one)).toMatchObject({ failed: [] });
      expect(await files(tree)).toEqual(before);
      expect(await tree.compare(one)).toEqual([]);
      expect(await tree.restore(two)).toMatchObject({ failed: [] });
      expect(await files(tree)).toEqual(after);
      expect(await tree.compare(two)).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test('any part of the changes taken back leaves the rest as it is', async () => {
  await fc.assert(
    fc.asyncProperty(trees, trees, fc.infiniteStream(fc.boolean()), async (first, second, coins) => {
      await using tree = await workTree();
      await become(tree, first);
      const one = await tree.take();
      await become(tree, second);
      const changes = await tree.compare(one);
      const some = changes.filter(() => coins.next().value);
      const { restored } = await tree.restore(one, some);
      const left = (await tree.compare(one)).map(({ path: file }) => file);
      expect(left).toEqual(changes.map(({ path: file }) => file).filter((file) => !restored.includes(file)));
    }),
    { numRuns: 25 },
  );
});

test('a difference from one snapshot to another, backwards, is the same with its sides exchanged', async () => {
  await fc.assert(
    fc.asyncProperty(trees, trees, async (first, second) => {
      await using tree = await workTree();
      await become(tree, first);
      const one = await tree.take();
      await become(tree, second);
      const two = await tree.take();
      const there = await tree.compare(one, two);
      const back = await tree.checkpoints.compare(two, one, quiet);
      expect(back).toEqual(
        there.map(({ path: file, before, after }) => ({
          path: file,
          ...(after && { before: after }),
          ...(before && { after: before }),
        })),
      );
    }),
    { numRuns: 25 },
  );
});
