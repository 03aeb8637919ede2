/** What a command stands for is found however its runner is called: a yes that is remembered holds for that and no more. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definitionOf } from '../../../src/agent/run/definition.ts';
import type { Engine } from '../../../src/agent/run/engine.ts';
import { nodeWorkspace } from '../../../src/headless/ports/workspace.ts';

let root = '';
let engine: Engine;
beforeAll(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'definition-')));
  await mkdir(path.join(root, 'sub'));
  const files = {
    'package.json': '{ "scripts": { "test": "root test", "pretest": "before", "build": "root build" } }',
    'sub/package.json': '{ "scripts": { "test": "sub test" } }',
    ...{ Makefile: 'all:', GNUmakefile: 'all: x', 'inc.mk': 'y:', 'sub/makefile': 'z:' },
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, name), text);
  const world: Pick<Engine, 'redact'> & { ports: Pick<Engine['ports'], 'workspace'> } = {
    ports: { workspace: await nodeWorkspace(root) },
    redact: (text) => text,
  };
  engine = world as Engine;
});
afterAll(() => rm(root, { recursive: true }));

test.each([
  ['npm test', ['pretest: before', 'test: root test']],
  ['npm t', ['test: root test']],
  ['npm run -s build', ['build: root build']],
  ['npm run "build"', ['build: root build']],
  ['cd sub && npm test', ['sub/test: sub test']],
  ['npm --prefix sub test', ['sub/test: sub test']],
  ['timeout 5 npm run build 2>&1 | tail', ['build: root build']],
  ['node --run test', ['test: root test']],
  ['FOO=1 make', ['GNUmakefile', 'Makefile']],
  ['make -C sub', ['sub/makefile']],
  ['make -f inc.mk', ['inc.mk']],
] as const)('%s', async (command, parts) => {
  const { definition } = await definitionOf(engine, command, root);
  for (const part of parts) expect(definition).toContain(part);
});

test.each(['ls', 'cargo test', 'npm ci', 'echo x'])('%s stands for itself', async (command) =>
  expect(await definitionOf(engine, command, root)).toEqual({}),
);
