/**
 * The engine against its budgets: its own time per step, the journal of a long job, a large plan, memory, and the shipped
 * program on a short job. Exit code 1 when a budget is exceeded.
 *
 *   npm run build -- --production && npm run bench:engine
 *
 * The processor's own time is measured where that can be told from what else the machine does, otherwise the least of many
 * runs: on a busy machine even that is too high, and the medians beside it show how busy it was.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jobIn } from './engine/job.mjs';
import { openingOf } from './engine/journal.mjs';
import { longRun } from './engine/long-run.mjs';
import { schedulingOf } from './engine/schedule.mjs';

const TURNS = 1_000;
const RUNS = 5;
const JOBS = 21;

if (!globalThis.gc) throw new Error('Memory is measured after a collection: node --expose-gc bench/engine.mjs');
const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'goalwright-bench-')));
let count = 0;
const fresh = () => {
  count += 1;
  const base = path.join(home, String(count));
  const root = path.join(base, 'work');
  mkdirSync(root, { recursive: true });
  return { root, base };
};
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const least = (numbers) => Math.min(...numbers);

/** One line of the report; with a budget it may fail. */
function report(what, value, unit, budget, note = '') {
  const over = budget !== undefined && value > budget;
  const bound = budget === undefined ? '' : `(budget ${budget}${unit === 'times' ? '' : ` ${unit}`})`;
  const shown = `${value >= 100 ? value.toFixed(0) : value.toFixed(2)} ${unit}`;
  console.log(`${over ? 'OVER' : 'ok  '} ${what.padEnd(52)} ${shown.padStart(12)}  ${bound} ${note}`.trimEnd());
  if (over) process.exitCode = 1;
}

const heap = () => {
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1e6;
};

try {
  const heaps = [];
  const asking = (number) => {
    if (number === 1 || number === TURNS) heaps.push(heap());
  };
  const own = await longRun({ ...fresh(), turns: TURNS, on: 'nowhere', asking });
  report('own time per step, median of 1,000', median(own), 'ms', 2);
  const [first, last] = [own.slice(50, 150), own.slice(-100)].map(median);
  report('the same, the last hundred against the first', last / first, 'times', 3);
  const onDisk = await longRun({ ...fresh(), turns: 200, on: 'disk' });
  report('with journal and lock on this disk', median(onDisk), 'ms');
  report('heap that 1,000 turns leave behind', heaps[1] - heaps[0], 'MB', 300);

  const short = [];
  for (let run = 0; run < RUNS; run += 1) short.push(await openingOf({ ...fresh(), events: 10_000 }));
  const whole = ({ open, fold }) => open + fold;
  const best = short.toSorted((a, b) => whole(a) - whole(b))[0];
  const parts = ({ open, fold, megabytes }) =>
    `open ${open.toFixed(0)}, fold ${fold.toFixed(0)}, ${megabytes.toFixed(1)} MB`;
  report('journal of 10,000 events: open and fold', whole(best), 'ms', 300, parts(best));
  const long = await openingOf({ ...fresh(), events: 100_000 });
  report('journal of 100,000 events', whole(long), 'ms', undefined, parts(long));
  report('against ten times the short one', whole(long) / (10 * whole(best)), 'times', 3);

  schedulingOf(100);
  const { plan, each } = schedulingOf(1_000);
  report('1,000 tasks: planned', plan, 'ms', 1_000);
  report('1,000 tasks: one chosen, started and ended', each, 'ms', 2);

  const jobs = [];
  for (let run = 0; run < JOBS; run += 1) jobs.push(await jobIn(fresh().base));
  const steps = jobs[0].steps.map((_, step) => jobs.map((job) => job.steps[step]));
  const shown = `medians ${steps.map((times) => median(times).toFixed(1)).join(', ')}`;
  report('shipped program, five requests: own time per step', mean(steps.map(least)), 'ms', 20, shown);
  report('the most memory it held', median(jobs.map(({ megabytes }) => megabytes)), 'MB', 130);
} finally {
  rmSync(home, { recursive: true, force: true });
}
