/**
 * Breaks the queue in one way after another and shows that its properties notice: each mutant is a copy of the sources with one
 * replacement, tried by test/unit/queue/properties.test.ts with fewer games. Nothing of the working tree is touched.
 *
 *   npm run mutants [-- WORD…]      only those whose name has one of the words
 *
 * Exit code 1 when a mutant survives, or when a replacement no longer fits the source.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.join(import.meta.dirname, '..');
const PROPERTIES = 'test/unit/queue/properties.test.ts';
/** Games for each property. */
const RUNS = '300';

/** [what is broken, file of src/agent/queue, what stands there, what stands there instead] */
const MUTANTS = [
  // waiting
  ['edges that close a circle are let in', 'plan.ts', '&& !waiting.has(id))', ')'],
  ['edges to unknown tasks are let in', 'plan.ts', 'taskOf(queue, id) && !waiting.has(id)', '!waiting.has(id)'],
  [
    'only what depends on a task waits for it, not what it belongs to',
    'relations.ts',
    'if (parent !== undefined) waiting.add(parent);',
    '',
  ],
  ['a task is ready before what it depends on', 'queue.ts', 'task.dependsOn.every(settled) &&', ''],
  ['a parent is ready before its children', 'queue.ts', 'childrenOf(queue, task.id).every(isSettled) &&', ''],
  [
    'a child does not wait for what its parent waits for',
    'queue.ts',
    'ancestorsOf(queue, task).every((parent) => parent.dependsOn.every(settled))',
    'true',
  ],
  [
    'a task that was split goes on beside its children',
    'plan.ts',
    "task.status === 'running' ? { ...task, status: 'pending' } : task",
    'task',
  ],
  // what is lost
  [
    'a failure does not reach what it belongs to',
    'lost.ts',
    'if (parent && !isSettled(parent)) open.push([parent, lost]);',
    '',
  ],
  ['a failure of a part gives up the other parts', 'lost.ts', 'open.push([parent, lost])', 'open.push([parent, cut])'],
  [
    'what belongs to a blocked task is not doomed',
    'lost.ts',
    'for (const child of childrenOf(queue, task.id)) open.push([child, cut]);',
    '',
  ],
  [
    'hiding a failure resurrects what it doomed',
    'give-up.ts',
    'return isTerminal(task.status) || !needed.some((other) => lost.has(other))',
    'return true',
  ],
  [
    'a blocked task begins again without what was given up for it',
    'give-up.ts',
    '[...dependantsOf(queue, id), ...childrenOf(queue, id), ...(parent ? [parent] : [])]',
    '[]',
  ],
  [
    'edges to what was removed are kept',
    'give-up.ts',
    'task.dependsOn.filter((other) => !gone.has(other))',
    'task.dependsOn',
  ],
  // the person
  ['a model replaces what a person touched', 'plan.ts', '!task.touched &&', ''],
  [
    'a model replaces what a task of the person waits for',
    'plan.ts',
    '!dependantsOf(queue, task.id).some(({ touched }) => touched)',
    'true',
  ],
  ['a model replaces what has begun', 'plan.ts', "task.status === 'pending' &&", ''],
  ['a model rewrites a person’s task', 'plan.ts', 'const edited: Task = byPerson', 'const edited: Task = true'],
  [
    'skipping a task leaves its parts',
    'queue.ts',
    "return event.status === 'skipped' ? skip(ended, event.task) : ended;",
    'return ended;',
  ],
  [
    'what was skipped is done after all',
    'queue.ts',
    "if (event.by !== 'person' && !isOpen(queue, event.task)) return queue;",
    '',
  ],
  [
    'an ended task can be started',
    'queue.ts',
    'return isOpen(queue, event.task)\n        ?',
    'return queue\n        ?',
  ],
  ['the person’s order is ignored', 'schedule.ts', 'if (mine !== theirs) return mine < theirs;', ''],
  // the schedule and what is counted
  [
    'the least urgent comes first',
    'schedule.ts',
    'effectivePriority(task, tick, rules) > effectivePriority(best, tick, rules)',
    'effectivePriority(task, tick, rules) < effectivePriority(best, tick, rules)',
  ],
  ['waiting does not age', 'schedule.ts', '+ (tick - task.since) * agingPerTick', ''],
  ['failure is not discounted', 'schedule.ts', 'gamma ** task.attempts', '1'],
  ['rewards are not discounted', 'reward.ts', 'worth * REWARD_GAMMA + amount', 'worth + amount'],
  ['ids are given again', 'plan.ts', 'numberOf(id) >= queue.nextId', '!taskOf(left, id)'],
];

const words = process.argv.slice(2);
const chosen = words.length > 0 ? MUTANTS.filter(([name]) => words.some((word) => name.includes(word))) : MUTANTS;
if (chosen.length === 0) {
  console.error(`No mutant is called ${words.join(' or ')}.`);
  process.exit(1);
}

// Inside the project, so that its packages are found.
mkdirSync(path.join(root, 'out'), { recursive: true });
const copy = mkdtempSync(path.join(root, 'out/mutants-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

for (const part of ['src/agent', 'test/unit/queue', 'test/harness/seed.ts', 'tsconfig.base.json'])
  cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
// A failure is all that is asked for: the smallest example is not looked for.
writeFileSync(
  path.join(copy, 'setup.ts'),
  `import './test/harness/seed.ts';
import fc from 'fast-check';
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
`,
);
writeFileSync(
  path.join(copy, 'vitest.config.ts'),
  `import { defineConfig } from 'vitest/config';
export default defineConfig({ test: { include: ['${PROPERTIES}'], setupFiles: 'setup.ts', bail: 1, testTimeout: 60_000 } });
`,
);

/** The first property that fails, or `undefined` when all hold. */
function tried() {
  const report = path.join(copy, 'report.json');
  rmSync(report, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      PROPERTIES,
      '--root',
      copy,
      '--reporter=json',
      `--outputFile=${report}`,
    ],
    { cwd: copy, env: { ...process.env, GOALWRIGHT_PROPERTY_RUNS: RUNS }, stdio: 'ignore', timeout: 120_000 },
  );
  if (status === 0) return undefined;
  const tests = resultsIn(report);
  return (
    tests.find((test) => test.status === 'failed')?.title ?? (status === null ? 'it does not end' : 'it does not load')
  );
}

function resultsIn(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(({ assertionResults }) => assertionResults);
  } catch {
    return [];
  }
}

const broken = tried();
if (broken !== undefined) {
  console.error(`The properties fail on the sources as they are: mend that first (${broken}).`);
  process.exit(1);
}
const rows = [];
for (const [name, file, from, to] of chosen) {
  const target = path.join(copy, 'src/agent/queue', file);
  const source = readFileSync(target, 'utf8');
  if (source.split(from).length !== 2) {
    rows.push({ broken: name, file, 'noticed by': 'DOES NOT FIT THE SOURCE ANY MORE' });
    process.exitCode = 1;
    continue;
  }
  writeFileSync(
    target,
    source.replace(from, () => to),
  );
  const noticed = tried();
  writeFileSync(target, source);
  rows.push({ broken: name, file, 'noticed by': noticed ?? 'NOTHING: IT SURVIVES' });
  if (noticed === undefined) process.exitCode = 1;
  // Lets a signal through.
  await sleep(0);
}
console.table(rows);
