import { expect, test } from 'vitest';
import { hashOf } from '../../../src/agent/hash.ts';
import { contents, workTree } from './tree.ts';

test('what changed since, and back again', async () => {
  await using tree = await workTree({ 'a.txt': 'one', 'src/b.ts': 'two', 'src/gone.ts': 'three' });
  const before = await contents(tree.root);
  const first = await tree.take();
  expect(await tree.changes(first)).toBe('');
  await tree.write({ 'a.txt': 'other', 'new/deep/c.ts': 'four' });
  await tree.remove('src/gone.ts');
  const second = await tree.take();
  expect(await tree.compare(first, second)).toEqual([
    {
      path: 'a.txt',
      before: { hash: hashOf('one'), size: 3, kind: 'file' },
      after: { hash: hashOf('other'), size: 5, kind: 'file' },
    },
    { path: 'new/deep/c.ts', after: { hash: hashOf('four'), size: 4, kind: 'file' } },
    { path: 'src/gone.ts', before: { hash: hashOf('three'), size: 5, kind: 'file' } },
  ]);
  const after = await contents(tree.root);
  expect(await tree.restore(first)).toEqual({ restored: ['a.txt', 'new/deep/c.ts', 'src/gone.ts'], failed: [] });
  expect(await contents(tree.root)).toEqual(before);
  expect(await tree.restore(second)).toMatchObject({ failed: [] });
  expect(await contents(tree.root)).toEqual(after);
});
