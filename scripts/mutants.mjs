/**
 * Breaks the queue in one way after another and shows that its properties notice: each mutant is a copy of the sources with one
 * replacement, tried by test/unit/queue/properties.test.ts. Nothing of the working tree is touched.
 *
 *   npm run mutants [-- NAME…]      exit code 1 when a mutant survives, or when a replacement no longer fits the source
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
// Inside the project, so that its packages are found.
const copy = path.join(root, 'out/mutants');
const PROPERTIES = 'test/unit/queue/properties.test.ts';

/** [what is broken, file, what stands there, what stands there instead] */
const MUTANTS = [
  ['edges that close a circle are let in', 'plan.ts', '&& !waiting.has(id))', ')'],
  ['edges to unknown tasks are let in', 'plan.ts', 'taskOf(queue, id) && !waiting.has(id)', '!waiting.has(id)'],
  ['a task is ready before what it depends on', 'queue.ts', 'task.dependsOn.every(settled) &&', ''],
  ['a parent is ready before its children', 'queue.ts', 'childrenOf(queue, task.id).every(isSettled) &&', ''],
  [
    'a child does not wait for what its parent waits for',
    'queue.ts',
    'ancestorsOf(queue, task).every((parent) => parent.dependsOn.every(settled))',
    'true',
  ],
  [
    'a failure does not reach what it belongs to',
    'lost.ts',
    'if (parent && !isSettled(parent)) open.push([parent, lost]);',
    '',
  ],
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
  ['a model replaces what a person touched', 'plan.ts', '!task.touched &&', ''],
  ['a model rewrites a person’s task', 'plan.ts', 'const edited: Task = byPerson', 'const edited: Task = true'],
  [
    'skipping a task leaves its parts',
    'queue.ts',
    "return event.status === 'skipped' ? skip(ended, event.task) : ended;",
    'return ended;',
  ],
  [
    'an ended task can be started',
    'queue.ts',
    "      return isOpen(queue, event.task)\n        ? { ...change(queue, event.task, () => ({ status: 'running' })), tick: queue.tick + 1 }\n        : queue;",
    "      return { ...change(queue, event.task, () => ({ status: 'running' })), tick: queue.tick + 1 };",
  ],
  ['ids are given again', 'plan.ts', 'Math.max(queue.nextId, numberOf(task.id) + 1)', 'queue.tasks.length + 2'],
  ['the person’s order is ignored', 'schedule.ts', 'if (mine !== theirs) return mine < theirs;', ''],
  [
    'the least urgent comes first',
    'schedule.ts',
    'effectivePriority(task, tick, rules) > effectivePriority(best, tick, rules)',
    'effectivePriority(task, tick, rules) < effectivePriority(best, tick, rules)',
  ],
  ['waiting does not age', 'schedule.ts', '+ (tick - task.since) * agingPerTick', ''],
  ['failure is not discounted', 'schedule.ts', 'gamma ** task.attempts', '1'],
  ['rewards are not discounted', 'reward.ts', 'worth * REWARD_GAMMA + amount', 'worth + amount'],
];

const only = process.argv.slice(2);
const chosen = only.length > 0 ? MUTANTS.filter(([name]) => only.some((word) => name.includes(word))) : MUTANTS;

function prepare() {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const part of ['src/agent', 'test/unit/queue', 'test/harness/seed.ts', 'tsconfig.base.json'])
    cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  writeFileSync(
    path.join(copy, 'vitest.config.ts'),
    "import { defineConfig } from 'vitest/config';\nexport default defineConfig({ test: { include: ['test/unit/queue/properties.test.ts'], setupFiles: 'test/harness/seed.ts', bail: 1, testTimeout: 60_000 } });\n",
  );
}

/** 'passed' means that nothing noticed. */
function tried() {
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      PROPERTIES,
      '--root',
      copy,
      '--config',
      path.join(copy, 'vitest.config.ts'),
    ],
    {
      cwd: copy,
      env: { ...process.env, GOALWRIGHT_PROPERTY_RUNS: '1000' },
      stdio: 'ignore',
      timeout: 120_000,
    },
  );
  return status === 0 ? 'passed' : 'noticed';
}

prepare();
if (tried() !== 'passed') {
  console.error('The properties fail on the sources as they are: mend that first.');
  process.exit(1);
}
const rows = {};
for (const [name, file, from, to] of chosen) {
  const target = path.join(copy, 'src/agent/queue', file);
  const source = readFileSync(path.join(root, 'src/agent/queue', file), 'utf8');
  const fits = source.split(from).length === 2;
  if (fits)
    writeFileSync(
      target,
      source.replace(from, () => to),
    );
  const result = fits ? tried() : 'does not fit the source any more';
  writeFileSync(target, source);
  rows[name] = { file, result: result === 'passed' ? 'SURVIVED' : result };
  if (result !== 'noticed') process.exitCode = 1;
}
rmSync(copy, { recursive: true, force: true });
console.table(rows);
