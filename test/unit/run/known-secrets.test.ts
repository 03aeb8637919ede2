/** Values of environment files in a run: nothing that leaves this process holds one, and edits still reach their file. */
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { exportRun } from '../../../src/agent/journal/export.ts';
import { readRun } from '../../../src/agent/journal/runs.ts';
import { logLines } from '../../../src/agent/log.ts';
import { redactAll } from '../../../src/agent/policy/secret.ts';
import { nodeRules, ownRulesFile, secretPatterns } from '../../../src/headless/ports/rules.ts';
import { nodeSecrets } from '../../../src/headless/ports/secrets.ts';
import { call, openScene, type Scene } from './scene.ts';

const DB = 'tulip-42-meadow';
const DEEP = 'k7Jw9QmZ2rX0';
const LATER = 'plum-77-orchard';
const LOCK =
  '{"integrity": "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg=="}\n';
const files = {
  '.env': `# ours\nNODE_ENV=production\nPORT=3000\nDB_PASS="${DB}"\n`,
  'services/api/.env.local': `export API_KEY=${DEEP}\n`,
  '.env.example': 'DB_PASS=change-me-99-now\n',
  'config.js': `connect("${DB}");\nconst example = "change-me-99-now";\n`,
  'package-lock.json': LOCK,
};
const read = (...paths: string[]) => call('read', { paths });
const run = (command: string) => call('run', { command });

async function sent({ server }: Scene): Promise<string> {
  return server.requests.map(({ text }) => text).join('\n');
}

test('no value of an environment file reaches the model, the journal, the log or an export, whichever way it comes', async () => {
  await using scene = await openScene({
    files,
    model: [
      { toolCalls: [read('config.js', 'package-lock.json'), call('search', { pattern: 'connect' })] },
      { toolCalls: [run(`echo "login failed for $(printf 'tulip-42'; printf -- '-meadow')"`)] },
      { toolCalls: [call('finish', { summary: 'Looked.', checks: [{ command: 'cat config.js; false' }] })] },
      { content: 'ok' },
    ],
    mode: 'continuous',
  });
  const work = await scene.start(`Log in with ${DB} and ${DEEP}`, { decide: () => 'accept' });
  await work.finished;
  const prompts = await sent(scene);
  expect(prompts).not.toContain(DB);
  expect(prompts).not.toContain(DEEP);
  expect(prompts).toMatch(/connect\(\\"«secret:value:[0-9a-f]{4}»\\"\)/);
  // What is no secret is there letter for letter.
  expect(prompts).toContain(JSON.stringify(LOCK.trim()).slice(1, -1));
  expect(prompts).toContain('change-me-99-now');

  const read_ = await readRun(scene.ports.store, work.id);
  const { redact } = scene.ports.secrets ?? {};
  if (!read_ || !redact) throw new Error('there is no run');
  expect(exportRun(read_, 'md', redact)).not.toContain(DB);
  expect(exportRun(read_, 'json', redact)).not.toContain(DB);
  expect(JSON.stringify(redactAll(read_.events, redact))).not.toContain(DEEP);
  expect(read_.events.flatMap((event) => logLines(event, read_.state, redact)).join('\n')).not.toContain(DB);
  // In the journal itself only where the person wrote it.
  const results = read_.events.filter(({ type }) => type === 'call.finished' || type === 'check.finished');
  expect(results.length).toBeGreaterThan(3);
  expect(JSON.stringify(results)).not.toContain(DB);
});

test('an edit carries the name back into the file that holds it, also into the environment file itself', async () => {
  await using scene = await openScene({
    files,
    model: ({ number, body }) => {
      if (number === 0) return { toolCalls: [read('config.js', '.env')] };
      if (number > 1) return { content: 'Done.' };
      const [name = ''] = /«secret:[^»]+»/.exec(JSON.stringify(body.messages)) ?? [];
      return {
        toolCalls: [
          call('edit', { path: 'config.js', edits: [{ old: `connect("${name}")`, new: `connect("${name}", 2)` }] }),
          call('edit', { path: '.env', edits: [{ old: `DB_PASS="${name}"`, new: `DB_PASS="${name}"\nNEW=1` }] }),
          call('write', { path: 'other.js', content: `"${name}"\n` }),
        ],
      };
    },
  });
  await scene.run('Go', { decide: () => 'accept' });
  expect(await scene.read('config.js')).toContain(`connect("${DB}", 2);`);
  expect(await scene.read('.env')).toContain(`DB_PASS="${DB}"\nNEW=1\n`);
  expect(await scene.read('other.js')).toBeUndefined();
  expect(await sent(scene)).not.toContain(DB);
});

test('a value that comes into an environment file while the run goes on is a secret from its next use on', async () => {
  await using scene = await openScene({
    files: { ...files, 'notes.txt': `${LATER}\n` },
    model: async ({ number }) => {
      if (number === 0) return { toolCalls: [read('notes.txt')] };
      if (number === 1) {
        await mkdir(path.join(scene.root, 'late'));
        await writeFile(path.join(scene.root, 'late/.env.production'), `TOKEN=${LATER}\n`);
        return { toolCalls: [read('notes.txt')] };
      }
      return { content: 'Done.' };
    },
  });
  await scene.run('Go');
  const [, before, after] = scene.server.requests;
  expect(before?.text).toContain(LATER);
  // Also what was sent before is sent no more.
  expect(after?.text).not.toContain(LATER);
  expect(after?.text).toMatch(/«secret:value:/);
});

test('what is read is bounded, and is only ever a file', async () => {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'secrets-')));
  try {
    await mkdir(path.join(root, 'node_modules/x'), { recursive: true });
    await mkdir(path.join(root, '.env.d'));
    await writeFile(path.join(root, 'node_modules/x/.env'), `A_KEY=${DB}\n`);
    await writeFile(path.join(root, '.env.huge'), `A_KEY=${DEEP}\n${'#'.repeat(300_000)}`);
    await symlink('/dev/zero', path.join(root, '.env.device'));
    await symlink('nowhere', path.join(root, '.env.gone'));
    await writeFile(path.join(root, '.env'), `A_KEY=${LATER}\n\0\u{FFFF}=(((\nB`);
    const secrets = await nodeSecrets({ root, env: {} });
    expect(secrets.redact(`${DB} ${DEEP} ${LATER}`)).toMatch(new RegExp(`^${DB} ${DEEP} «`));
    expect(secrets.problems()).toHaveLength(3);
    expect(JSON.stringify(secrets.problems())).not.toContain(DEEP);
    expect((await readdir(root)).length).toBe(6);
    expect(await readFile(path.join(root, '.env'), 'utf8')).toContain(LATER);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

test("among the person's rules on the command line a pattern is no rule, and a workspace cannot set one", async () => {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'secrets-')));
  try {
    const own = ownRulesFile({ XDG_CONFIG_HOME: base });
    const rules = [{ verdict: 'deny', command: 'git push *' }, { secret: 'ACME-[0-9]{8}' }];
    await own.write(rules);
    expect(await secretPatterns(own)).toEqual(['ACME-[0-9]{8}']);
    await mkdir(path.join(base, '.goalwright'));
    await writeFile(path.join(base, '.goalwright/policy.json'), '[{"secret": ".*"}]');
    const source = nodeRules(own, base, true);
    await source.refresh();
    expect(source.current().user).toEqual([rules[0]]);
    expect(source.problems()).toEqual(['.goalwright/policy.json: rule 1 cannot be read and does not count.']);
    await source.add({ verdict: 'ask', command: 'npm test' });
    expect(await secretPatterns(own)).toEqual(['ACME-[0-9]{8}']);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
});

test("the person's patterns count at once, and what once was a secret stays one", async () => {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'secrets-')));
  try {
    let patterns: unknown[] = ['('];
    await writeFile(path.join(root, '.env'), `A_KEY=${DB}\n`);
    const secrets = await nodeSecrets({ root, env: {}, patterns: async () => patterns });
    expect(secrets.problems()).toHaveLength(1);
    const { redact } = secrets;
    await secrets.refresh();
    expect(secrets.redact).toBe(redact);
    patterns = ['ACME-[0-9]{8}'];
    await writeFile(path.join(root, '.env'), '');
    await secrets.refresh();
    expect(secrets.problems()).toEqual([]);
    expect(secrets.redact(`ACME-12345678 ${DB}`)).toMatch(/^«[^»]+» «[^»]+»$/);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
