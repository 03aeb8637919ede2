import { describe, expect, test } from 'vitest';
import type { Mode } from '../../../src/agent/journal/event.ts';
import { decide, decideAll, mapMode, type Policy, refusalText } from '../../../src/agent/policy/decide.ts';
import type { Confinement, ResolvedPath } from '../../../src/agent/ports.ts';
import type { Action } from '../../../src/agent/tools/tool.ts';
import { outsidePath, plainPath } from './cases.ts';

const root: ResolvedPath = { ...plainPath(''), given: '.', real: '/ws', kind: 'directory' };
const read = (name: string): Action => ({ kind: 'read', path: plainPath(name) });
const edit = (name: string): Action => ({ kind: 'edit', path: plainPath(name) });
const command = (text: string, cwd = root): Action => ({ kind: 'command', command: text, cwd });
const confined = (text: string, sandbox: Confinement = { network: false }): Action => ({
  ...{ kind: 'command', command: text, cwd: root },
  looked: { sandbox, understood: { parts: [], doubts: ['nobody knows'], denials: [], touches: [] } },
});
const policy = (mode: Mode, rest: Partial<Policy> = {}): Policy => ({ mode, trusted: true, ...rest });

/** What happens to an action in each mode. */
const answers = (action: Action): string[] =>
  (['ask', 'autoEdit', 'continuous', 'readOnly'] as const).map(
    (mode) => mapMode(decide(action, policy(mode)), mode).kind,
  );

describe('modes', () => {
  test.for<[string, Action, string[]]>([
    ['nothing', { kind: 'none' }, ['run', 'run', 'run', 'run']],
    ['reading', read('src/a.ts'), ['run', 'run', 'run', 'run']],
    ['an edit', edit('src/a.ts'), ['ask', 'accept', 'accept', 'refuse']],
    ['an edit of what is always asked', edit('package.json'), ['ask', 'ask', 'ask', 'refuse']],
    ['a command without a sandbox', command('npm test'), ['ask', 'ask', 'ask', 'refuse']],
    ['a command in the sandbox', confined('npm test'), ['ask', 'ask', 'accept', 'refuse']],
    ['a command with the network', confined('npm ci', { network: true }), ['ask', 'ask', 'ask', 'refuse']],
    ['a command with hidden characters', command('echo a\u202eb'), ['ask', 'ask', 'ask', 'refuse']],
    [
      'a command outside the workspace',
      command('ls', { ...root, relative: undefined, real: '/tmp' }),
      ['ask', 'ask', 'ask', 'refuse'],
    ],
    ['a denied edit', edit('.git/config'), ['refuse', 'refuse', 'refuse', 'refuse']],
    [
      'a command in a denied folder',
      command('ls', { ...root, relative: '.git', real: '/ws/.git' }),
      ['refuse', 'refuse', 'refuse', 'refuse'],
    ],
    ['an empty command', command(' \n'), ['refuse', 'refuse', 'refuse', 'refuse']],
    ['a command with NUL', command('a\0b'), ['refuse', 'refuse', 'refuse', 'refuse']],
  ])('%s: ask, autoEdit, continuous, readOnly', ([, action, expected]) => expect(answers(action)).toEqual(expected));

  test('a mode that says yes is named', () => {
    expect(mapMode(decide(edit('a'), policy('autoEdit')), 'autoEdit')).toEqual({ kind: 'accept', by: 'mode' });
  });

  test('tabs and line breaks in a command are not hidden', () => {
    expect(decide(command('a\n\tb'), policy('ask')).rule).toBe('command');
  });
});

describe('asked about in every mode', () => {
  test.for<[string, Action, string]>([
    ['reading .env', read('.env'), 'env-file'],
    ['reading a key', read('certs/server.key'), 'key-file'],
    ['reading outside', { kind: 'read', path: outsidePath('/home/u/notes.md') }, 'outside'],
    ['editing outside', { kind: 'edit', path: outsidePath('/home/u/notes.md') }, 'outside'],
    ['editing the editor folder', edit('.vscode/extensions.json'), 'editor-folder'],
  ])('%s', ([, action, rule]) => {
    const decision = decide(action, policy('continuous'));
    expect(decision).toMatchObject({ verdict: 'ask', rule, always: true });
    expect(mapMode(decision, 'continuous').kind).toBe('ask');
  });
});

test('an untrusted workspace is read-only, whatever the mode', () => {
  const untrusted = policy('continuous', { trusted: false });
  expect(decide(read('a'), untrusted).verdict).toBe('allow');
  expect(decide(edit('a'), untrusted)).toMatchObject({ verdict: 'deny', rule: 'untrusted' });
  expect(decide(command('ls'), untrusted)).toMatchObject({ verdict: 'deny', rule: 'untrusted' });
});

describe('a call with several actions', () => {
  test('is as strict as its strictest', () => {
    expect(decideAll([read('a'), read('.git/config'), edit('b')], policy('ask'))).toMatchObject({
      verdict: 'deny',
      rule: 'git',
    });
    expect(decideAll([read('a'), edit('b')], policy('ask'))).toMatchObject({ verdict: 'ask', rule: 'workspace-edit' });
    expect(decideAll([edit('a'), edit('package.json')], policy('autoEdit'))).toMatchObject({
      rule: 'manifest',
      always: true,
    });
  });

  test('is allowed when there is none', () => {
    expect(decideAll([], policy('readOnly')).verdict).toBe('allow');
  });
});

test('files the person hides are refused to every tool', () => {
  const hiding = policy('ask', { hidden: (name) => name.startsWith('private/') });
  expect(decide(read('private/x'), hiding)).toMatchObject({ verdict: 'deny', rule: 'ignored' });
  expect(decide(edit('private/x'), hiding)).toMatchObject({ verdict: 'deny', rule: 'ignored' });
});

test('a refusal tells the model that nothing happened, why, and what to do instead', () => {
  expect(refusalText(decide(read('.env'), policy('ask')))).toMatchInlineSnapshot(
    `"Refused by policy (env-file), nothing was done: ".env" may hold secrets. Read .env.example if there is one, or ask the person for the names (never the values) you need."`,
  );
  expect(refusalText(decide(edit('a'), policy('readOnly')))).toMatchInlineSnapshot(
    `"Refused by policy (read-only), nothing was done: The run is in read-only mode: nothing is changed and nothing is run. The file was NOT changed. Reach the goal another way, or tell the person what to change there."`,
  );
  expect(refusalText(decide(command('ls'), policy('ask', { trusted: false })))).toMatch(
    /untrusted.*The command was NOT run/,
  );
});

test('neither the arguments nor the answer changes: deciding has no memory', () => {
  const action = Object.freeze(edit('.env'));
  expect(decide(action, policy('ask'))).toEqual(decide(action, policy('ask')));
});
