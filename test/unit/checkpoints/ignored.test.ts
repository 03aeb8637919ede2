/** Which files are kept: what git would list as tracked or untracked, and what is named. Nothing of the rest is ever touched. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contents, workTree } from './tree.ts';

/** Everything a snapshot holds. */
async function kept(tree: Awaited<ReturnType<typeof workTree>>, ...touched: string[]): Promise<string[]> {
  const id = await tree.take(...touched);
  for (const name of await readdir(tree.root)) {
    if (name !== '.git') await rm(tree.at(name), { recursive: true });
  }
  return (await tree.compare(id)).flatMap(({ path: file, after }) => (after ? [] : [file]));
}

test('ignored files stay out, in every folder by its own rules, without a repository too', async () => {
  await using tree = await workTree({
    '.gitignore': '*.log\n/dist\nnode_modules/\n!keep.log\n',
    'a.log': '1',
    'keep.log': '2',
    'dist/out.js': '3',
    'src/dist/kept.js': '4',
    'node_modules/x/index.js': '5',
    'src/.gitignore': '!b.log\nsecret.*\n',
    'src/b.log': '6',
    'src/secret.txt': '7',
  });
  const files = ['.gitignore', 'keep.log', 'src/.gitignore', 'src/b.log', 'src/dist/kept.js'];
  expect(await kept(tree)).toEqual(files);
});

test('in a repository: its exclude file, the person’s own, and tracked files though they are ignored', async () => {
  await using tree = await workTree({
    '.gitignore': 'build/\n*.gen\n',
    'build/tracked.js': '1',
    'build/other.js': '2',
    'a.gen': '3',
    'b.gen': '4',
    'note.private': '5',
    'note.mine': '6',
  });
  tree.git('.', 'init', '-q');
  tree.git('.', 'add', '-f', 'build/tracked.js', 'a.gen');
  await writeFile(tree.at('.git/info/exclude'), '*.private\n');
  await mkdir(path.join(tree.top, 'home/.config/git'), { recursive: true });
  await writeFile(path.join(tree.top, 'home/.config/git/ignore'), '*.mine\n');
  expect(await kept(tree)).toEqual(['.gitignore', 'a.gen', 'build/tracked.js']);
});

test.each([['2'], ['4']])('an index of version %s, and a split one', async (version) => {
  await using tree = await workTree({ '.gitignore': '*\n', 'a/b/one': '1', 'a/b/two': '2', 'a/three': '3', four: '4' });
  tree.git('.', 'init', '-q');
  tree.git('.', 'config', 'index.version', version);
  tree.git('.', 'add', '-f', 'a/b/one', 'a/b/two', 'a/three');
  tree.git('.', 'update-index', '--split-index');
  tree.git('.', 'add', '-f', '.gitignore');
  expect(await kept(tree)).toEqual(['.gitignore', 'a/b/one', 'a/b/two', 'a/three']);
});

test('an index with intent to add and long names (version 3), and one whose hashes are sha256', async () => {
  const long = `${'d'.repeat(200)}/${'e'.repeat(200)}`;
  await using tree = await workTree({ '.gitignore': '*\n', [long]: '1', x: '2', 'sub/y': '3', 'sub/z': '4' });
  tree.git('.', 'init', '-q', '--object-format=sha256');
  tree.git('.', 'add', '-f', long);
  tree.git('.', 'add', '-f', '-N', 'sub/y');
  expect(await kept(tree)).toEqual([long, 'sub/y']);
});

test('a folder below a repository: the rules above it hold; an ignored folder that is opened is worked in', async () => {
  await using tree = await workTree({
    '.gitignore': '*.log\nout/\n/pkg/*.tmp\n',
    'pkg/.gitignore': '!b.log\n',
    'pkg/a.log': '1',
    'pkg/a.tmp': '2',
    'pkg/sub/b.log': '3',
    'pkg/sub/out/c': '4',
    'pkg/sub/x.tmp': '5',
    'out/d.log': '6',
  });
  tree.git('.', 'init', '-q');
  const listed = async (folder: string) => {
    const checkpoints = await tree.open({ root: tree.at(folder) });
    const taken = await checkpoints.take([], AbortSignal.any([]));
    return 'fault' in taken ? taken.fault : taken.files;
  };
  expect(await listed('pkg/sub')).toBe(2);
  expect(await listed('pkg')).toBe(3);
  expect(await listed('out')).toBe(1);
});

test('a nested repository goes by its own rules; its files are kept, its .git is not', async () => {
  await using tree = await workTree({
    '.gitignore': '*.log\nvendor/\n',
    'nested/.gitignore': 'own/\n',
    'nested/a.log': '1',
    'nested/own/b': '2',
    'nested/c': '3',
    'vendor/lib/d': '4',
  });
  tree.git('.', 'init', '-q');
  tree.git('nested', 'init', '-q');
  tree.git('vendor/lib', 'init', '-q');
  const id = await tree.take();
  await tree.write({ 'nested/a.log': 'x', 'nested/own/b': 'x', 'nested/c': 'x', 'vendor/lib/d': 'x' });
  expect(await tree.changes(id)).toBe('~nested/a.log ~nested/c');
});

describe('named files', () => {
  test('are kept though they are ignored, each in its folder alone', async () => {
    await using tree = await workTree({
      '.gitignore': 'out/\n.env\n',
      '.env': 'A=1',
      'out/a.js': '1',
      'out/b.js': '2',
    });
    expect(await kept(tree, '.env', 'out/a.js', 'nowhere.txt', '../outside', '.git/config')).toEqual([
      '.env',
      '.gitignore',
      'out/a.js',
    ]);
  });

  test('one that was not kept before is not taken for new: a restore never removes it', async () => {
    await using tree = await workTree({ '.gitignore': 'out/\n.env\n', '.env': 'A=1', 'out/a.js': '1' });
    const before = await tree.take();
    await tree.write({ '.env': 'A=2', 'out/a.js': '2', 'out/new.js': '3' });
    const after = await tree.take('.env', 'out/a.js', 'out/new.js');
    expect(await tree.changes(before, after)).toBe('');
    expect(await tree.changes(before)).toBe('');
  });

  test('one that was looked for and was not there is new, in an ignored folder too', async () => {
    await using tree = await workTree({ '.gitignore': 'out/\n', 'out/a.js': '1' });
    const before = await tree.take('out/new.js', 'out/deep/er.js', 'out/a.js');
    await tree.write({ 'out/new.js': '1', 'out/deep/er.js': '2', 'out/a.js': '3', 'out/person.js': '4' });
    const after = await tree.take('out/new.js', 'out/deep/er.js', 'out/a.js', 'out/person.js');
    expect(await tree.changes(before, after)).toBe('~out/a.js +out/deep/er.js +out/new.js');
    expect(await tree.restore(before, await tree.compare(before, after))).toMatchObject({ failed: [] });
    expect((await contents(tree.at('out'))).map((line) => line.split(' ')[0])).toEqual(['a.js', 'person.js']);
  });
});

test('rules that change between two snapshots: what was ignored is not new, what is ignored now is still compared', async () => {
  await using tree = await workTree({ '.gitignore': '*.log\n', 'a.log': 'the person’s', 'b.txt': '1' });
  const first = await tree.take();
  await tree.write({ '.gitignore': '*.txt\n', 'b.txt': '2' });
  const second = await tree.take();
  expect(await tree.changes(first, second)).toBe('~.gitignore');
  expect(await tree.changes(first)).toBe('~.gitignore ~b.txt');
  await tree.restore(first);
  expect(await contents(tree.root)).toContainEqual(expect.stringContaining('a.log'));
  expect(await tree.changes(first)).toBe('');
});

test('a .gitignore that is a link or a folder is no rule', async () => {
  await using tree = await workTree({ rules: '*', a: '1', 'b/.gitignore/c': '2' });
  await symlink('rules', tree.at('.gitignore'));
  expect(await kept(tree)).toEqual(['.gitignore', 'a', 'b/.gitignore/c', 'rules']);
});

test('a pattern made to take for ever does not', async () => {
  await using tree = await workTree({
    '.gitignore': `${'*a'.repeat(200)}b\n${'**/a'.repeat(100)}/b\n`,
    ['a'.repeat(250)]: '1',
  });
  expect(await kept(tree)).toHaveLength(2);
});

describe('as git', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', 'a.b', 'x y', 'é', '[a]', 'a*', '!c', '#d', 'b\\');
  const wild = fc.constantFrom(
    ...[
      '*',
      '**',
      '?',
      'a*',
      '*b',
      '[ab]',
      '[!a]',
      '[^a]b',
      '[a-c]?',
      '[[:alpha:]]',
      '[]a]',
      'a**b',
      '\\a',
      '\\!c',
      '\\#d',
      '[',
      'a\\',
    ],
    ...[
      '!c',
      '#d',
      'x y',
      'é',
      '??',
      '*.*',
      '[[:nope:]]',
      'b\\\\',
      '\\[a\\]',
      '[\\]a]',
      '[a\\-c]',
      '*?b*',
      'x y ',
      'x y\\ ',
    ],
  );
  const line = fc
    .tuple(fc.boolean(), fc.boolean(), fc.array(fc.oneof(segment, wild), { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(
      ([not, rooted, parts, folder]) => `${not ? '!' : ''}${rooted ? '/' : ''}${parts.join('/')}${folder ? '/' : ''}`,
    );
  const rules = fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n'));
  const file = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

  test('random rules and random names: the same files are listed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(file, { minLength: 1, maxLength: 12 }),
        rules,
        fc.option(fc.tuple(segment, rules)),
        fc.option(rules),
        fc.array(fc.nat(20), { maxLength: 3 }),
        async (names, top, below, exclude, tracked) => {
          await using tree = await workTree();
          const made: string[] = [];
          for (const name of names) {
            await tree.write({ [name]: name }).then(
              () => made.push(name),
              () => undefined,
            );
          }
          await tree.write({ '.gitignore': top });
          if (below) await tree.write({ [`${below[0]}/.gitignore`]: below[1] }).catch(() => undefined);
          tree.git('.', 'init', '-q');
          if (exclude !== null) await writeFile(tree.at('.git/info/exclude'), exclude);
          for (const index of tracked) {
            const name = made[index];
            if (name) tree.git('.', '--literal-pathspecs', 'add', '-f', '--', name);
          }
          const listed = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], {
            cwd: tree.root,
            env: tree.env,
          })
            .toString()
            .split('\0')
            .filter(Boolean);
          expect(await kept(tree)).toEqual([...new Set(listed)].sort());
        },
      ),
      { numRuns: 60 },
    );
  });
});
