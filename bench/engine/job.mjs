/**
 * The program as it is shipped, on a job of five requests to a server that answers at once: from the end of a reply to the
 * next request, reading a file in between, and the most memory it ever held.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

const PROGRAM = path.join(import.meta.dirname, '../../dist/goalwright.mjs');
const REQUESTS = 5;
const TELL_MEMORY = `data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS='+process.resourceUsage().maxRSS+'\\n'))`;

const chunk = (value) => `data: ${JSON.stringify(value)}\n\n`;
const usage = chunk({ choices: [], usage: { prompt_tokens: 900, completion_tokens: 20 } });
const delta = (part, finish_reason = null) => chunk({ choices: [{ index: 0, delta: part, finish_reason }] });

const reads = (number) =>
  delta({
    tool_calls: [
      {
        index: 0,
        id: `call_${number}`,
        type: 'function',
        function: { name: 'read', arguments: JSON.stringify({ paths: [`part-${number}.txt`] }) },
      },
    ],
  }) + delta({}, 'tool_calls');
const ends = delta({ content: 'I have read all of them.' }) + delta({}, 'stop');

/** Milliseconds between each reply and the next request, and megabytes. `base`: a folder that is new. */
export async function jobIn(base) {
  if (!existsSync(PROGRAM)) throw new Error('There is no program to measure: npm run build -- --production');
  const work = path.join(base, 'work');
  mkdirSync(work, { recursive: true });
  for (let number = 1; number < REQUESTS; number += 1)
    writeFileSync(path.join(work, `part-${number}.txt`), `part ${number}\n`.repeat(200));
  const gaps = [];
  let asked = 0;
  let answered;
  const server = createServer((request, response) => {
    if (answered !== undefined) gaps.push(performance.now() - answered);
    request.resume().on('end', () => {
      asked += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`${asked < REQUESTS ? reads(asked) : ends}${usage}data: [DONE]\n\n`, () => {
        answered = performance.now();
      });
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${server.address().port}/v1`;
  const args = [
    'run',
    'Read the parts.',
    '--cwd',
    work,
    '--approve',
    'none',
    '--base-url',
    baseUrl,
    '--model',
    'bench',
  ];
  const env = { PATH: process.env.PATH, HOME: base, XDG_STATE_HOME: path.join(base, 'state'), OPENAI_API_KEY: 'bench' };
  const child = spawn(process.execPath, ['--import', TELL_MEMORY, PROGRAM, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  server.close();
  const kilobytes = /maxRSS=(\d+)/.exec(said)?.[1];
  if (code !== 0 || asked !== REQUESTS || kilobytes === undefined)
    throw new Error(`the job ended with ${code} after ${asked} requests: ${said}`);
  return { steps: gaps, megabytes: Number(kilobytes) / 1024 };
}
