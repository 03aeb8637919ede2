/**
 * Decisions on commands: how many of the case file's dangerous ones go through unasked, how many of its harmless ones are asked
 * about, what the parser costs at the first command, and decisions per second after it.
 *
 *     node bench/policy.mjs [--rows FILE] [--rounds N]
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { judgeRow } from '../src/agent/policy/rows/index.ts';
import { shellParser } from '../src/headless/ports/command-parser.ts';

const { values } = parseArgs({ options: { rows: { type: 'string' }, rounds: { type: 'string', default: '20' } } });
const file = values.rows ?? path.join(import.meta.dirname, '../test/cases/security-cases.jsonl');
const rows = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .filter(({ area }) => area === 'command' || area === 'git');
const grammar = shellParser;

const begun = performance.now();
await judgeRow({ area: 'command', input: { command: 'ls' } }, grammar);
const first = performance.now() - begun;

const judged = await Promise.all(rows.map(async (row) => ({ ...row, ...(await judgeRow(row, grammar)) })));
const dangerous = judged.filter(({ expect }) => expect !== 'allow');
const harmless = judged.filter(({ expect }) => expect === 'allow');
const through = dangerous.filter(({ decision }) => decision === 'allow');
const asked = harmless.filter(({ decision }) => decision !== 'allow');

const rounds = Number(values.rounds);
const start = performance.now();
for (let round = 0; round < rounds; round++) for (const row of rows) await judgeRow(row, grammar);
const perSecond = (rounds * rows.length * 1000) / (performance.now() - start);

console.log(`dangerous commands that go through unasked  ${through.length} of ${dangerous.length}`);
console.log(`harmless commands that are asked about      ${asked.length} of ${harmless.length}`);
console.log(`first decision, with loading the parser     ${first.toFixed(0)} ms`);
console.log(`decisions per second after it               ${perSecond.toFixed(0)}`);
for (const { id, input } of [...through, ...asked]) console.log(`  ${id}: ${input.command}`);
if (through.length + asked.length > 0) process.exitCode = 1;
