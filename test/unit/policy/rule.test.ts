/** Rules of person, workspace and run: what they cover, and what they never do. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { understand } from '../../../src/agent/policy/command/understand.ts';
import { decide, type Policy } from '../../../src/agent/policy/decide.ts';
import { isUnder, NO_RULES, type Rule } from '../../../src/agent/policy/rule.ts';
import type { Confinement } from '../../../src/agent/ports.ts';
import type { Action } from '../../../src/agent/tools/tool.ts';
import { type ParseShell, shellParser } from '../../../src/headless/ports/command-parser.ts';
import { outsidePath, plainPath } from './cases.ts';

let parse: ParseShell;
beforeAll(async () => {
  parse = await shellParser('bash');
});

const at = (relative: string) => ({
  ...plainPath(relative),
  given: relative || '.',
  real: `/ws/${relative}`.replace(/\/$/, ''),
  kind: 'directory' as const,
});

async function judge(
  command: string,
  rules: Partial<Policy['rules']>,
  { folder = '', definition = '', sandbox }: { folder?: string; definition?: string; sandbox?: Confinement } = {},
) {
  const understood = await understand(command, at(folder).real, {
    ...{ shell: 'bash', home: '/home/u', parse },
    resolve: async (name) => ({
      ...(name.startsWith('/ws/') ? plainPath(name.slice(4)) : outsidePath(name)),
      kind: undefined,
    }),
  });
  const action: Action = {
    kind: 'command',
    command,
    cwd: at(folder),
    looked: { understood, ...(definition && { definition }), ...(sandbox && { sandbox }) },
  };
  return decide(action, { mode: 'ask', trusted: true, rules: { ...NO_RULES, ...rules } });
}
const verdict = async (command: string, ...user: Rule[]) => (await judge(command, { user })).verdict;

describe('a rule about a command', () => {
  test('that lets pass is met letter for letter, or by the words of a simple command', async () => {
    const rule: Rule = { verdict: 'allow', command: 'npm test' };
    expect(await verdict('npm test', rule)).toBe('allow');
    expect(await verdict('cd src && npm test', rule)).toBe('allow');
    expect(await verdict('npm test | tail -5', rule)).toBe('allow');
    for (const other of [
      'npm test -- x',
      'npm  install',
      'npm test; rm x',
      'npm test > x',
      'npm $X',
      'X=1 npm test',
      'npm "te"*',
    ])
      expect(await verdict(other, rule), other).toBe('ask');
  });

  test('with a star leaves further words open, but no further command', async () => {
    const rule: Rule = { verdict: 'allow', command: 'cargo test *' };
    expect(await verdict('cargo test', rule)).toBe('allow');
    expect(await verdict('cargo test --lib a', rule)).toBe('allow');
    for (const other of ['cargo run', 'cargo test && cargo run', 'cargo test $(x)', 'cargo test `x`', 'cargo test > x'])
      expect(await verdict(other, rule), other).toBe('ask');
  });

  test('counts in its folder and for its definition only', async () => {
    const user: Rule[] = [{ verdict: 'allow', command: 'npm test', in: '.', definition: 'd1' }];
    expect((await judge('npm test', { user }, { definition: 'd1' })).verdict).toBe('allow');
    expect((await judge('npm test', { user }, { definition: 'd2' })).verdict).toBe('ask');
    expect((await judge('npm test', { user })).verdict).toBe('ask');
    expect((await judge('npm test', { user }, { definition: 'd1', folder: 'sub' })).verdict).toBe('ask');
  });

  test('covers the network, or the domains, that it was stored with', async () => {
    const domains = ['a.org', 'b.org'];
    const some: Rule = { verdict: 'allow', command: 'npm ci', network: true, domains };
    const all: Rule = { verdict: 'allow', command: 'npm ci', network: true };
    const none: Rule = { verdict: 'allow', command: 'npm ci' };
    const reached = async (rule: Rule, sandbox: Confinement) =>
      (await judge('npm ci', { user: [rule] }, { sandbox })).verdict;
    expect(await reached(some, { network: true, domains })).toBe('allow');
    expect(await reached(some, { network: true, domains: ['b.org'] })).toBe('allow');
    expect(await reached(some, { network: true, domains: ['b.org', 'c.org'] })).toBe('ask');
    expect(await reached(some, { network: true })).toBe('ask');
    expect(await reached(all, { network: true, domains })).toBe('allow');
    expect(await reached(all, { network: true })).toBe('allow');
    expect(await reached(none, { network: true, domains })).toBe('ask');
    expect(await reached(none, { network: false })).toBe('allow');
  });

  test('that forbids wins over one that asks, and that over one that lets pass', async () => {
    const rules: Rule[] = ['allow', 'ask', 'deny'].map((one) => ({
      verdict: one as Rule['verdict'],
      command: 'git push *',
    }));
    expect(await verdict('git push', ...rules)).toBe('deny');
    expect(await judge('git push', { user: rules.slice(0, 2) })).toMatchObject({ verdict: 'ask', always: true });
    expect(await judge('true && git push origin', { user: rules })).toMatchObject({
      verdict: 'deny',
      rule: 'user rule: deny git push *',
    });
  });

  test('that forbids also counts in what nobody can read', async () => {
    expect(await verdict('eval "git push"', { verdict: 'deny', command: 'git push *' })).toBe('deny');
    expect(await verdict('$(/usr/bin/curl x)', { verdict: 'deny', command: 'curl *' })).toBe('deny');
  });

  test('of a workspace only narrows', async () => {
    expect((await judge('npm test', { workspace: [{ verdict: 'allow', command: 'npm test' }] })).verdict).toBe('ask');
    const user: Rule[] = [{ verdict: 'allow', command: 'npm test' }];
    const workspace: Rule[] = [{ verdict: 'ask', command: 'npm test' }];
    expect((await judge('npm test', { user, workspace })).verdict).toBe('ask');
  });

  test('never lifts a denial or what is asked in every mode', async () => {
    for (const command of ['rm -rf /', 'cat .git/config', 'cat .env', 'cat /etc/passwd', 'echo x > package.json'])
      expect(await verdict(command, { verdict: 'allow', command }), command).not.toBe('allow');
  });
});

describe('a rule about a path', () => {
  const edit = (name: string, ...user: Rule[]) =>
    decide({ kind: 'edit', path: plainPath(name) }, { mode: 'ask', trusted: true, rules: { ...NO_RULES, user } });

  test('answers the plain question about an edit', () => {
    const docs: Rule = { verdict: 'allow', path: 'docs/**', access: 'edit' };
    expect(edit('docs/a/b.md', docs)).toMatchObject({ verdict: 'allow', rule: 'user rule: allow docs/** to edit' });
    expect(edit('src/a.ts', docs).verdict).toBe('ask');
    expect(edit('docs/package.json', docs)).toMatchObject({ verdict: 'ask', always: true });
    expect(edit('docs/.git/config', docs).verdict).toBe('deny');
  });

  test('narrows in any spelling of the name', () => {
    const rule: Rule = { verdict: 'deny', path: 'Secret' };
    for (const name of ['secret/x', 'SECRET/x', 'secret', 'secret./x'])
      expect(edit(name, rule).verdict, name).toBe('deny');
    expect(edit('secrets/x', rule).verdict).toBe('ask');
  });

  test.each([
    ['a/b.ts', 'a/*.ts', true],
    ['a/b/c.ts', 'a/*.ts', false],
    ['a/b/c.ts', 'a/**/*.ts', true],
    ['a/c.ts', 'a/**/*.ts', true],
    ['a/b', 'a', true],
    ['ab', 'a', false],
    ['x/a', '**/a', true],
    ['a.test.ts', '*.test.*', true],
  ])('%s is met by %s: %s', (name, pattern, expected) => expect(isUnder(name, pattern)).toBe(expected));

  test('takes no longer for hostile patterns', () => {
    const started = performance.now();
    isUnder('a/'.repeat(2000), '**/a/'.repeat(500));
    isUnder('a'.repeat(10_000), `${'*a'.repeat(2000)}b`);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test('no rule but one about these very words lets a command pass', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom('rm a', 'node x.js', 'curl example.org', 'npm run x', 'git push'),
      fc.constantFrom('npm test', 'cargo test *', 'git *x', 'rm', 'node', 'git push --force', '*', '* *'),
      async (command, words) => {
        expect(await verdict(command, { verdict: 'allow', command: words })).toBe('ask');
      },
    ),
  ));
