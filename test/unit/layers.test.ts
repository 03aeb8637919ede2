/** The layers of docs/architecture.md hold: one wrong import is planted per rule, and typecheck or lint must name its file. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = path.resolve(import.meta.dirname, '../..');

/** What the planted lines import: the smallest file that stands at each place. */
const STANDING = {
  'src/agent/index.ts': 'export const engine = 1;\n',
  'src/agent/protocol.ts': 'export const protocol = 1;\n',
  'src/agent/journal/state.ts': 'export const state = 1;\n',
  'src/agent/queue/queue.ts': 'export const queue = 1;\n',
  'src/agent/queue/task.ts': 'export const task = 1;\n',
  'src/agent/run/run.ts': 'export const run = 1;\n',
  'src/headless/ports/disk.ts': 'export const disk = 1;\n',
  'src/headless/cli.ts': 'export const cli = 1;\n',
  'src/extension/extension.ts': 'export const extension = 1;\n',
  'src/webview/main.ts': 'export const view = 1;\n',
};

const ALLOWED = {
  'src/agent/allowed.ts':
    "import { createHash } from 'node:crypto';\nexport const hash = (signal: AbortSignal) => [createHash('sha256'), signal];\n",
  'src/agent/tools/allowed.ts': "import { task } from '../queue/task.ts';\nexport const kept = task;\n",
  'src/headless/allowed.ts':
    "import { readFile } from 'node:fs/promises';\nimport { engine } from '../agent/index.ts';\nexport const kept = [engine, readFile];\n",
  'src/extension/allowed.ts':
    "import * as vscode from 'vscode';\nimport { engine } from '../agent/index.ts';\nimport { disk } from '../headless/ports/disk.ts';\nexport const kept = [engine, disk, vscode.version];\n",
  'src/webview/allowed.ts':
    "import { state } from '../agent/journal/state.ts';\nimport { protocol } from '../agent/protocol.ts';\nimport { queue } from '../agent/queue/queue.ts';\nexport const kept = [protocol, queue, state, window.name];\n",
};

const use = (specifier: string) => `import * as wrong from '${specifier}';\nexport const kept = wrong;\n`;

const PLANTED: Record<string, { file: string; text: string }> = {
  'agent imports vscode': { file: 'src/agent/vscode.ts', text: use('vscode') },
  'agent imports the types of vscode': {
    file: 'src/agent/vscode-type.ts',
    text: "import type { Uri } from 'vscode';\nexport type Kept = Uri;\n",
  },
  'agent imports node:fs': { file: 'src/agent/fs.ts', text: use('node:fs') },
  'agent imports fs by its bare name': { file: 'src/agent/bare-fs.ts', text: use('fs') },
  'agent loads node:child_process lazily': {
    file: 'src/agent/lazy.ts',
    text: "export const kept = () => import('node:child_process');\n",
  },
  'agent uses the DOM': { file: 'src/agent/dom.ts', text: 'export const kept = document.title;\n' },
  'agent uses a timer': { file: 'src/agent/timer.ts', text: 'export const kept = setTimeout(() => {}, 1);\n' },
  'agent uses process': { file: 'src/agent/process.ts', text: 'export const kept = process.env;\n' },
  'agent uses fetch': { file: 'src/agent/fetch.ts', text: "export const kept = fetch('http://127.0.0.1');\n" },
  'agent imports extension': { file: 'src/agent/extension.ts', text: use('../extension/extension.ts') },
  'agent imports headless': { file: 'src/agent/headless.ts', text: use('../headless/ports/disk.ts') },
  'agent imports webview': { file: 'src/agent/webview.ts', text: use('../webview/main.ts') },
  'a tool imports the loop': { file: 'src/agent/tools/run.ts', text: use('../run/run.ts') },
  'a tool imports the queue': { file: 'src/agent/tools/queue.ts', text: use('../queue/queue.ts') },
  'a tool imports node:fs': { file: 'src/agent/tools/fs.ts', text: use('node:fs') },
  'headless imports vscode': { file: 'src/headless/vscode.ts', text: use('vscode') },
  'headless imports extension': { file: 'src/headless/extension.ts', text: use('../extension/extension.ts') },
  'headless imports webview': { file: 'src/headless/webview.ts', text: use('../webview/main.ts') },
  'headless uses the DOM': { file: 'src/headless/dom.ts', text: 'export const kept = document.title;\n' },
  'extension imports webview': { file: 'src/extension/webview.ts', text: use('../webview/main.ts') },
  'extension imports the command line': { file: 'src/extension/cli.ts', text: use('../headless/cli.ts') },
  'extension uses the DOM': { file: 'src/extension/dom.ts', text: 'export const kept = document.title;\n' },
  'webview imports node:fs': { file: 'src/webview/fs.ts', text: use('node:fs') },
  'webview uses process': { file: 'src/webview/process.ts', text: 'export const kept = process.env;\n' },
  'webview imports vscode': { file: 'src/webview/vscode.ts', text: use('vscode') },
  'webview imports extension': { file: 'src/webview/extension.ts', text: use('../extension/extension.ts') },
  'webview imports headless': { file: 'src/webview/headless.ts', text: use('../headless/ports/disk.ts') },
  'webview imports the engine': { file: 'src/webview/engine.ts', text: use('../agent/index.ts') },
  'webview imports the loop': { file: 'src/webview/run.ts', text: use('../agent/run/run.ts') },
  'a circle of imports': {
    file: 'src/agent/circle-a.ts',
    text: "import { b } from './circle-b.ts';\nexport const a = () => b;\n",
  },
  'an any': { file: 'src/agent/any.ts', text: 'export const kept = (x: any) => x;\n' },
};

const CIRCLE = { 'src/agent/circle-b.ts': "import { a } from './circle-a.ts';\nexport const b = () => a;\n" };

/** The file a diagnostic is about, as tsc (`src/a.ts(1,2): error`) and Biome (`::error …,file=/…/src/a.ts,`) print it. */
const BLAME = /(?:^|,file=[^,]*\/)(src\/[\w/.-]+\.ts)[(,]/gm;

let copy: string;
/** Files that typecheck or lint complained about, with `/`, relative to the copy. */
let blamed: Set<string>;
let said: string;

const run = (command: string, args: string[]) =>
  new Promise<string>((resolve) => {
    execFile(command, args, { cwd: copy, maxBuffer: 16 << 20 }, (_, out, err) => resolve(`${out}\n${err}`));
  });

beforeAll(async () => {
  copy = await mkdtemp(path.join(os.tmpdir(), 'layers-'));
  for (const file of ['tsconfig.base.json', 'biome.json', '.gitignore', 'src/forbidden.d.ts', 'src/agent/platform'])
    await cp(path.join(repository, file), path.join(copy, file), { recursive: true });
  for (const layer of ['agent', 'webview', 'headless', 'extension'])
    await cp(path.join(repository, 'src', layer, 'tsconfig.json'), path.join(copy, 'src', layer, 'tsconfig.json'));
  await mkdir(path.join(copy, 'test'));
  await cp(path.join(repository, 'test/tsconfig.json'), path.join(copy, 'test/tsconfig.json'));
  await symlink(path.join(repository, 'node_modules'), path.join(copy, 'node_modules'), 'dir');

  const planted = Object.fromEntries(Object.values(PLANTED).map(({ file, text }) => [file, text]));
  for (const [file, text] of Object.entries({ ...STANDING, ...ALLOWED, ...CIRCLE, ...planted })) {
    await mkdir(path.dirname(path.join(copy, file)), { recursive: true });
    await writeFile(path.join(copy, file), text);
  }
  const [types, lint] = await Promise.all([
    run(process.execPath, [path.join(repository, 'scripts/typecheck.mjs'), copy]),
    run(process.execPath, [
      path.join(repository, 'node_modules/@biomejs/biome/bin/biome'),
      ...['lint', '--max-diagnostics=none', '--diagnostic-level=error', '--reporter=github', 'src'],
    ]),
  ]);
  said = types + lint;
  blamed = new Set([...said.matchAll(BLAME)].map(([, file = '']) => file));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

test.each(Object.entries(PLANTED))('%s: refused', (_, { file }) => expect(blamed, said).toContain(file));

test.each(Object.keys({ ...STANDING, ...ALLOWED }))('%s: accepted', (file) => expect(blamed, said).not.toContain(file));
