/**
 * How long `goalwright run` takes to its first model request, and that nothing is asked of any server before it.
 *
 *   npm run build -- --production && npm run bench:start [-- RUNS]
 *
 * Milliseconds depend on the machine; compare the ratio to a bare Node.js of the same run. Budget: 300 ms, 130 MB.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';

const runs = Number(process.argv[2] ?? 7);
const program = path.join(import.meta.dirname, '../dist/goalwright.mjs');
const base = mkdtempSync(path.join(os.tmpdir(), 'gw-bench-'));
const log = [];
const said = { choices: [{ index: 0, delta: { content: 'Done.' }, finish_reason: 'stop' }] };
const usage = { choices: [], usage: { prompt_tokens: 900, completion_tokens: 2 } };
const server = createServer((request, response) => {
  log.push({ at: performance.now(), what: `${request.method} ${request.url}` });
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${[said, usage].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`);
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const baseUrl = `http://127.0.0.1:${server.address().port}/v1`;

/** Runs a program to its end; resolves to its wall time. */
const timed = (args) =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const env = {
      PATH: process.env.PATH,
      HOME: base,
      XDG_STATE_HOME: path.join(base, 'state'),
      OPENAI_API_KEY: 'bench',
    };
    const child = spawn(process.execPath, args, { cwd: base, env, stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve({ start, ms: performance.now() - start }) : reject(new Error(`exit ${code}`)),
    );
  });
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const bare = [];
const first = [];
const whole = [];
let before = 0;
for (let i = 0; i <= runs; i++) {
  const nothing = await timed(['-e', '0']);
  log.length = 0;
  const run = await timed([
    program,
    'run',
    'Say done.',
    '--approve',
    'none',
    '--base-url',
    baseUrl,
    '--model',
    'bench',
  ]);
  if (i === 0) continue; // the first warms the disk
  const request = log.findIndex(({ what }) => what === 'POST /v1/chat/completions');
  before += request;
  bare.push(nothing.ms);
  first.push(log[request].at - run.start);
  whole.push(run.ms);
}
server.close();
rmSync(base, { recursive: true, force: true });
const ms = (value) => `${value.toFixed(0)} ms`;
console.log(
  `first model request: ${ms(median(first))} (bare Node.js ${ms(median(bare))}, ratio ${(median(first) / median(bare)).toFixed(2)})`,
);
console.log(`whole run of one request: ${ms(median(whole))}`);
console.log(`HTTP requests before the first model request: ${before}`);
if (before > 0) process.exitCode = 1;
