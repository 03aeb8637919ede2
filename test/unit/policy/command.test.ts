/** Commands as they are understood and judged: every row of the cases, and that no spelling turns a question into a yes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Facts, understand } from '../../../src/agent/policy/command/understand.ts';
import { decide } from '../../../src/agent/policy/decide.ts';
import { PROJECT_RULES } from '../../../src/agent/policy/rows/project.ts';
import { type ParseShell, shellParser } from '../../../src/headless/ports/command-parser.ts';
import { MORE_THAN_LOOK, ONLY_LOOK } from './everyday.ts';

const Row = z.object({
  id: z.string(),
  area: z.enum(['command', 'git']),
  input: z.object({
    command: z.string(),
    shell: z.enum(['bash', 'zsh', 'sh', 'pwsh', 'cmd']),
    cwd: z.string().default('/ws'),
  }),
  expect: z.enum(['allow', 'ask', 'deny']),
  why: z.string(),
});

const rows = readFileSync(path.join(import.meta.dirname, '../../cases/security-cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line): unknown => JSON.parse(line))
  .flatMap((row) => {
    const parsed = Row.safeParse(row);
    return parsed.success ? [parsed.data] : [];
  });

let parse: ParseShell;
let parsePower: ParseShell;
beforeAll(async () => {
  parse = await shellParser('bash');
  parsePower = await shellParser('pwsh');
});

const facts = (shell: Facts['shell']): Facts => ({
  shell,
  home: '/home/u',
  parse: shell === 'pwsh' ? parsePower : parse,
  resolve: async (given) => {
    const real = path.posix.normalize(given).replace(/(.)\/$/, '$1');
    const relative = real === '/ws' ? '' : real.startsWith('/ws/') ? real.slice(4) : undefined;
    return { given, real, relative, lexical: relative, exists: true, kind: undefined, links: 1 };
  },
});

const folder = {
  given: '.',
  real: '/ws',
  relative: '',
  lexical: '',
  exists: true,
  kind: 'directory',
  links: 1,
} as const;
const rules = { user: PROJECT_RULES, workspace: [], run: [] };

async function judge(command: string, shell: Facts['shell'] = 'bash', cwd = '/ws') {
  const understood = await understand(command, cwd, facts(shell));
  const action = { kind: 'command', command, cwd: folder, looked: { understood } } as const;
  return decide(action, { mode: 'ask', trusted: true, rules }).verdict;
}

test.each(ONLY_LOOK)('%s only looks', async (command) => expect(await judge(command)).toBe('allow'));
test.each(MORE_THAN_LOOK)('%s is asked about', async (command) => expect(await judge(command)).not.toBe('allow'));

describe('the cases', () => {
  test.each(rows.map((row) => [`${row.id}: ${row.why}`, row] as const))('%s', async (_, { input, expect: wanted }) => {
    expect(await judge(input.command, input.shell, input.cwd)).toBe(wanted);
  });
});

/** What is dangerous stays asked about however it is spelled. */
const asked = rows
  .filter(({ expect: wanted, input }) => wanted !== 'allow' && input.shell === 'bash')
  .map(({ input }) => input.command);
/** A comment would hide what follows it. */
const harmless = rows
  .filter(({ expect: wanted, input }) => wanted === 'allow' && !input.command.includes('#'))
  .map(({ input }) => input.command);
const CHAINS = [' && ', '; ', ' || ', ' | ', '\n', ' & '];
const WRAPPERS = ['env ', 'command ', 'nohup ', 'time ', 'xargs ', 'timeout 5 ', 'nice ', 'exec ', 'builtin ', '\\'];

describe('no spelling turns a question into a yes', () => {
  test('chained with what is harmless, before or behind', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...asked),
        fc.constantFrom(...harmless),
        fc.constantFrom(...CHAINS),
        fc.boolean(),
        async (bad, good, chain, isFirst) => {
          expect(await judge(isFirst ? bad + chain + good : good + chain + bad)).not.toBe('allow');
        },
      ),
      { numRuns: 1500 },
    ));

  test('wrapped', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...asked), fc.constantFrom(...WRAPPERS), async (bad, wrapper) => {
        expect(await judge(wrapper + bad)).not.toBe('allow');
      }),
      { numRuns: 800 },
    ));

  test('quoted, escaped, broken over lines, with more blanks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...asked),
        fc.nat(),
        fc.constantFrom('\\\n', "''", '""', '  ', '\t'),
        async (bad, at, put) => {
          const place = at % (bad.length + 1);
          const spelled = bad.slice(0, place) + put + bad.slice(place);
          // Put into a quoted text or a word it can become another, harmless command; what runs the same must be asked.
          if (put.trim() === '' && !/\s/.test(bad[place] ?? '') && !/\s/.test(bad[place - 1] ?? '')) return;
          if (/['"#]/.test(bad)) return;
          expect(await judge(spelled)).not.toBe('allow');
        },
      ),
      { numRuns: 1500 },
    ));
});

describe('what is asked about beside the cases', () => {
  test.each([
    'cat /etc/passwd',
    'cat ../secret',
    'ls -la ~',
    'cat .env',
    'head -n 5 .env.local',
    'cat .e*',
    'cat .en\\\nv',
    "cat '.en\\\nv'",
    'sort *',
    'grep -f patterns src',
    'rg --pre=cat x',
    'find . -fprint out',
    'find . -fls out',
    'sed -i s/a/b/ f',
    'sed -n "1,2w out" f',
    'git log --output=x',
    'git -C /other status',
    'git status > out',
    'git diff',
    'git show',
    'git branch new',
    'git tag v1',
    'git remote add a b',
    'tail -f log',
    'uniq a b',
    'node -e 1',
    'npm exec x',
    'npm ls && npm ci',
    'echo $HOME',
    'echo "$(id)"',
    'ls; cd /; cat etc/passwd',
    'cd /etc && cat passwd',
    'cd src; cat ../../secret',
    'tee out',
    'xargs rm',
    'python script.py',
    'jq -n env',
    'date -s 2020-01-01',
    'ls --unknown',
    'ls --al',
    'cat < /etc/passwd',
    'cat <<EOF\n$(id)\nEOF',
    'less README.md',
  ])('%s', async (command) => expect(await judge(command)).not.toBe('allow'));
});

describe('what needs no question beside the cases', () => {
  test.each([
    'pwd',
    'ls',
    'cat src/a.ts | head -20',
    'grep -rn --include=*.ts TODO src',
    'rg -l foo',
    'find src -type f -name "*.ts"',
    'git log --oneline -5',
    'git diff --stat',
    'git diff --no-ext-diff --no-textconv',
    'git show --stat HEAD',
    'git blame --no-ext-diff --no-textconv src/a.ts',
    'wc -l < README.md',
    'cd src && cat a.ts && cd .. && ls',
    'echo done',
    'sort < a.txt | uniq -c',
    'LC_ALL=C sort a.txt',
    'diff a.txt b.txt',
    'npm --version',
  ])('%s', async (command) => expect(await judge(command)).toBe('allow'));
});

test('a cd that may fail leads nowhere', async () => {
  const of = async (kind: 'file' | 'directory', exists: boolean) => {
    const world = facts('bash');
    const resolve = async (given: string) => {
      const path = await world.resolve(given);
      return 'fault' in path || path.relative !== 'src' ? path : { ...path, kind, exists };
    };
    const understood = await understand('cd src; cat ../a.txt', '/ws', { ...world, resolve });
    const action = { kind: 'command', command: 'cd src; cat ../a.txt', cwd: folder, looked: { understood } } as const;
    return decide(action, { mode: 'ask', trusted: true }).verdict;
  };
  expect(await of('directory', true)).toBe('allow');
  expect(await of('file', true)).toBe('ask');
  expect(await of('directory', false)).toBe('ask');
});
