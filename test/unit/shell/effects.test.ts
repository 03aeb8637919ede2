/**
 * Every command of the cases that passes unasked is run for real, in the sandbox: nothing outside the work tree changes, and of
 * the work tree only what the project's own scripts write. The other way round: what means harm gets nowhere.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { CommandResult } from '../../../src/agent/ports.ts';
import { nodeSandbox } from '../../../src/headless/ports/sandbox/sandbox.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { ONLY_LOOK } from '../policy/everyday.ts';
import { scratchFolder } from './scratch.ts';

const REPOSITORY = path.join(import.meta.dirname, '../../..');
const Row = z.object({
  id: z.string(),
  area: z.string(),
  input: z.object({ command: z.string() }),
  expect: z.string(),
});
const allowed = readFileSync(path.join(REPOSITORY, 'test/cases/security-cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line): unknown => JSON.parse(line))
  .flatMap((line) => {
    const row = Row.safeParse(line);
    const isOne = row.success && ['command', 'git'].includes(row.data.area) && row.data.expect === 'allow';
    return isOne ? [{ id: row.data.id, command: row.data.input.command }] : [];
  });

/** Scripts of the project, which a person trusts: they write, but only in the work tree. */
const WRITES: Readonly<Record<string, string>> = { 'ok-npm-test': 'tested', 'ok-npm-run-build': 'dist' };
/** Not every machine has them; any other program that is missing is a fault of this test. */
const MAY_BE_MISSING: ReadonlySet<string> = new Set(['rg', 'tsc', 'python3']);

let top = '';
let root = '';
let home = '';

beforeAll(async () => {
  top = await scratchFolder('effects');
  root = path.join(top, 'ws');
  home = path.join(top, 'home');
  const scripts = {
    test: "node -e \"require('fs').writeFileSync('tested', 'yes')\"",
    build: "node -e \"require('fs').mkdirSync('dist')\"",
  };
  const files = {
    'home/.ssh/id_ed25519': 'key',
    'home/.bashrc': '# mine',
    'home/.gitconfig': '[user]\n\tname = me\n\temail = me@example.org\n',
    'neighbour/a.txt': 'theirs',
    'ws/package.json': JSON.stringify({ name: 'made-up', version: '1.0.0', private: true, scripts }),
    'ws/tsconfig.json': '{ "compilerOptions": { "noEmit": true, "types": [] }, "files": ["src/a.ts"] }',
    'ws/README.md': '# Made up\n',
    'ws/.gitignore': 'node_modules\n',
    'ws/tracked.txt': 'tracked\n',
    'ws/src/a.ts': `${Array.from({ length: 30 }, (_, at) => `export const a${at} = ${at};`).join('\n')}\n`,
    'ws/src/sub/delete.ts': 'export const b = 1;\n',
    'ws/src/b.js': 'import a from "a";\n// a && b; foo;bar $(cmd)\n',
    'ws/node_modules/.bin/tsc': '#!/bin/sh\necho checked\n',
    'ws/scripts/clean.sh': '# rm -rf / is what this is not\n',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(top, name)), { recursive: true });
    await writeFile(path.join(top, name), text);
  }
  // The project's own; without one npx would wait for the network.
  await chmod(path.join(root, 'node_modules/.bin/tsc'), 0o755);
  const { end, output } = await nodeShell({ env: { ...process.env, HOME: home } }).run(
    { command: 'git init -q . && git add -A && git commit -qm one', cwd: root, timeoutMs: 20_000 },
    () => undefined,
    AbortSignal.any([]),
  );
  expect({ end, output }).toEqual({ end: { kind: 'exit', code: 0 }, output: '' });
});
afterAll(() => rm(top, { recursive: true, force: true }));

/** Everything there is below a folder: kind, mode, time and content. */
async function pictureOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const visit = async (file: string): Promise<void> => {
    const stat = await lstat(file);
    const content = stat.isSymbolicLink()
      ? await readlink(file)
      : stat.isFile()
        ? createHash('sha256')
            .update(await readFile(file))
            .digest('hex')
        : '';
    found.set(path.relative(folder, file), `${stat.mode.toString(8)} ${stat.mtimeMs} ${content}`);
    if (stat.isDirectory()) for (const name of await readdir(file)) await visit(path.join(file, name));
  };
  await visit(folder);
  return found;
}

/** Paths that are not what they were; a folder only where it came or went. */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    return was !== is && !(was?.startsWith('4') && is?.startsWith('4'));
  });
}

test('what only looks beyond the cases changes nothing at all', async () => {
  const before = await pictureOf(top);
  const { end } = await run([...ONLY_LOOK, 'true'].join('\n'));
  expect(end).toEqual({ kind: 'exit', code: 0 });
  expect(changed(before, await pictureOf(top))).toEqual([]);
});

const run = (command: string): Promise<CommandResult> =>
  nodeShell({ env: { ...process.env, HOME: home }, sandbox: nodeSandbox({ root, home }) }).run(
    { command, cwd: root, timeoutMs: 60_000, sandbox: { network: false } },
    () => undefined,
    AbortSignal.any([]),
  );

const state = await nodeSandbox({ root: path.dirname(REPOSITORY) }).state();

describe.skipIf(state.kind !== 'bubblewrap')('in the sandbox', () => {
  test('there are commands to run', () => expect(allowed.length).toBeGreaterThan(30));

  test.each(allowed)('$id changes nothing it may not: $command', async ({ id, command }) => {
    const before = await pictureOf(top);
    const { end, output } = await run(command);
    expect(end.kind, output).toBe('exit');
    if (end.kind === 'exit' && end.code === 127)
      expect(MAY_BE_MISSING, output).toContain(/(\S+): command not found/.exec(output)?.[1]);
    const own = WRITES[id];
    const expected = own === undefined ? [] : [path.join('ws', own)];
    expect(changed(before, await pictureOf(top))).toEqual(expected);
    if (own !== undefined) await rm(path.join(root, own), { recursive: true });
  });

  test.each([
    'touch ~/made ../made ../neighbour/made; rm -rf ~ ../neighbour; echo x > ~/.bashrc; echo x >> ../neighbour/a.txt',
    'echo x > .git/hooks/pre-commit; git config core.pager x; mv .git/hooks .git/h; chmod +x .git/hooks/*; rm -rf .git/config',
    'ln -s ~/.bashrc link; echo x >> link; rm link; ln ~/.bashrc hard; rm -f hard',
    "python3 -c \"open('../neighbour/made', 'w')\"; node -e \"require('fs').writeFileSync(process.env.HOME + '/made', '')\"",
    'git config --global user.name x; git -C ../neighbour init',
    'cat /proc/1/root/etc/shadow; ls /proc/*/root/ > /dev/null; mount --bind ~ src; umount -a; chroot / true',
    'setsid -f bash -c "sleep 0.5; touch ../made ~/made"; exit 0',
    'nohup bash -c "sleep 0.5; touch ../made" >/dev/null 2>&1 & disown; exit 0',
    'chmod -R 777 ~ ../neighbour; chown -R nobody ~; touch -d 2001-01-01 ~/.bashrc',
  ])('harm gets nowhere: %s', async (command) => {
    const before = await pictureOf(top);
    const { end } = await run(command);
    expect(end.kind).toBe('exit');
    // What it left behind would act by then.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(changed(before, await pictureOf(top))).toEqual([]);
  });

  test('a key cannot be read, and nothing can be sent', async () => {
    const { output } = await run('cat ~/.ssh/id_ed25519; (exec 3<>/dev/tcp/1.1.1.1/53) && echo sent');
    expect(output).not.toMatch(/^key$|^sent$/m);
    expect(existsSync(path.join(home, '.ssh/id_ed25519'))).toBe(true);
  });
});
