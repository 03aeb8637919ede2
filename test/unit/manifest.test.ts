/** package.json keeps the promises that only the editor would notice. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const repository = path.resolve(import.meta.dirname, '../..');
const text = (file: string) => readFileSync(path.join(repository, file), 'utf8');
const manifest = JSON.parse(text('package.json'));

/** [major, minor] of "^1.106.0" or "1.106.0". */
const version = (range: string) => range.match(/\d+/g)?.slice(0, 2);

test('no proposed API is enabled', () => expect(manifest).not.toHaveProperty('enabledApiProposals'));

test('the editor API is typed as of the oldest editor supported', () => {
  expect(version(manifest.devDependencies['@types/vscode'])).toEqual(version(manifest.engines.vscode));
});

test('the Node API is typed as of the oldest Node supported', () => {
  expect(version(manifest.devDependencies['@types/node'])?.[0]).toBe(version(manifest.engines.node)?.[0]);
});

test('every tool version is pinned', () => {
  const loose = Object.entries<string>(manifest.devDependencies).filter(([, range]) => !/^\d+\.\d+\.\d+/.test(range));
  expect(loose).toEqual([]);
});

describe.each(['package.nls.json', 'package.nls.zh-cn.json'])('%s', (file) => {
  test('has exactly the texts that package.json names', () => {
    const named = new Set([...text('package.json').matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key));
    expect(Object.keys(JSON.parse(text(file))).sort()).toEqual([...named].sort());
  });
});

test('the lock file names the binaries of every platform', () => {
  const { packages } = JSON.parse(text('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages || `${at}/node_modules/${name}` in packages),
    ),
  );
  expect(missing, 'run "node scripts/platforms.mjs"').toEqual([]);
});
