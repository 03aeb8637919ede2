/** A second name, also where a file system has no hard links. */
import { chmod, lstat, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyOnce, nameOnce } from '../../../src/headless/ports/name-once.ts';
import { openScene } from '../run/scene.ts';

describe.each([
  ['a hard link', nameOnce],
  ['a copy', copyOnce],
])('%s', (_, give) => {
  it('has the bytes and the mode, and is never put over anything', async () => {
    await using scene = await openScene({ files: { a: 'one', b: 'mine' }, model: [] });
    const at = (name: string) => path.join(scene.root, name);
    await chmod(at('a'), 0o755);
    expect(await give(at('a'), at('b'))).toBe(false);
    expect(await readFile(at('b'), 'utf8')).toBe('mine');
    expect(await give(at('a'), at('c'))).toBe(true);
    expect([await readFile(at('c'), 'utf8'), (await lstat(at('c'))).mode & 0o777]).toEqual(['one', 0o755]);
  });

  it('of a link is a link', async () => {
    await using scene = await openScene({ files: {}, model: [] });
    const at = (name: string) => path.join(scene.root, name);
    await symlink('nowhere', at('a'));
    await writeFile(at('b'), '');
    expect([await give(at('a'), at('b')), await give(at('a'), at('c'))]).toEqual([false, true]);
    expect(await readlink(at('c'))).toBe('nowhere');
  });
});
