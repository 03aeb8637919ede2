/**
 * What the judgement takes for harmless, a real shell must take for that too: texts of odd parts, most of which a grammar and a shell
 * could read differently. Those that would pass unasked are run; none may reach the command that makes a file.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { understand } from '../../../src/agent/policy/command/understand.ts';
import { decide } from '../../../src/agent/policy/decide.ts';
import { shellParser } from '../../../src/headless/ports/command-parser.ts';
import { SEED } from '../../harness/seed.ts';
import { scratchFolder } from '../shell/scratch.ts';
import { outsidePath, plainPath } from './cases.ts';

const STARTS = [
  'ls',
  'ls a',
  'echo a',
  'cat a',
  '[ -f a ]',
  'printf %s a',
  'git status',
  "cat <<'E'",
  'wc -l',
  'true',
  '! ls',
];
const PARTS = [
  ...[
    'ls',
    'a',
    'cat',
    'echo',
    'test',
    'printf',
    '%s',
    'command -v',
    'type',
    'E',
    "'E'",
    '\nE\n',
    '-f',
    '-',
    '+',
    '%',
    ',',
  ],
  ...[
    '\n',
    '\t',
    '\r',
    '\v',
    '\f',
    '\u00a0',
    ' ',
    '\\',
    '\\\n',
    "'",
    '"',
    '`',
    '$',
    '#',
    '=',
    '==',
    '=~',
    '~',
    ':',
    '@',
    '^',
  ],
  ...[
    '[',
    ']',
    '[[',
    ']]',
    '(',
    ')',
    '{',
    '}',
    '<',
    '>',
    '<<',
    '<<<',
    '2>&1',
    '!',
    '&',
    '|',
    '&&',
    '||',
    ';',
    '*',
    '?',
  ],
  ...['time', 'if', 'then', 'fi', 'do', 'done', 'in', 'case', 'esac', 'function'],
];
const JOINTS = ['\n', ' ; ', ' ', ';', '\n\n', ''];
const TEXTS = 10_000;

/** The same numbers for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('no text that passes unasked makes a file', { timeout: 120_000 }, async () => {
  const parse = await shellParser('bash');
  const folder = await scratchFolder('shell-differs');
  const cwd = { ...plainPath(''), given: '.', real: '/ws', kind: 'directory' } as const;
  const roll = dice(SEED);
  const made: string[] = [];
  let passed = 0;
  for (let count = 0; count < TEXTS; count++) {
    let text = STARTS[roll(STARTS.length)] ?? '';
    for (let more = roll(7); more >= 0; more--) text += (roll(5) < 2 ? ' ' : '') + (PARTS[roll(PARTS.length)] ?? '');
    text += `${JOINTS[roll(JOINTS.length)]}touch Z${roll(3) === 0 ? '\nE' : ''}`;
    const understood = await understand(text, '/ws', {
      ...{ shell: 'bash', home: '/home/u', parse },
      resolve: async (name) => (name.startsWith('/ws/') ? plainPath(name.slice(4)) : outsidePath(name)),
    });
    const action = { kind: 'command', command: text, cwd, looked: { understood } } as const;
    if (decide(action, { mode: 'ask', trusted: true }).verdict !== 'allow') continue;
    passed++;
    spawnSync('bash', ['-c', text], { cwd: folder, timeout: 10_000, stdio: 'ignore' });
    if (readdirSync(folder).length > 0) {
      made.push(JSON.stringify(text));
      break;
    }
  }
  expect(made).toEqual([]);
  expect(passed).toBeGreaterThan(10);
});
