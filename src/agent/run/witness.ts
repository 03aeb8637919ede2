/**
 * Tests and checked files as they were before a task's first effect, and whether they still say as much when its checks
 * pass: a check that passes because it was weakened proves nothing until the person accepts it.
 */
import { hashOf } from '../hash.ts';
import type { Finding, Witness } from '../journal/event.ts';
import type { Task } from '../queue/task.ts';
import type { Engine } from './engine.ts';
import { factsOf, isTest, TEST_GLOB, weaker } from './test-facts.ts';
import { textAt } from './text-at.ts';

const MOST_FILES = 400;
const MOST_BYTES = 1_000_000;

/** Before the first effect of a task that commands prove. */
export async function takeWitness(engine: Engine, task: Task): Promise<void> {
  if (engine.state().witnesses[task.id] || !task.checks.some(({ kind }) => kind === 'command')) return;
  const paths = new Set([...(await testsHere(engine)), ...namedBy(task)]);
  const files: Witness[] = [];
  for (const path of paths) {
    const text = await textOf(engine, path);
    if (text === undefined) continue;
    const witness = { path, hash: hashOf(text), size: text.length };
    files.push(isTest(path) ? { ...witness, test: factsOf(path, text) } : witness);
  }
  engine.emit({ type: 'witness.taken', task: task.id, files });
}

/** What says less than before. A test that was moved as it is counts as there. */
export async function findWeakened(engine: Engine, task: Task): Promise<readonly Finding[]> {
  const before = engine.state().witnesses[task.id] ?? [];
  const findings: Finding[] = [];
  let moved: ReadonlySet<string> | undefined;
  for (const witness of before) {
    const now = await textOf(engine, witness.path);
    if (now !== undefined && hashOf(now) === witness.hash) continue;
    const finding = weaker(witness, now);
    if (!finding) continue;
    moved ??= await newTests(engine, before);
    if (now !== undefined || !moved.has(witness.hash)) findings.push(finding);
  }
  return findings;
}

async function newTests(engine: Engine, before: readonly Witness[]): Promise<ReadonlySet<string>> {
  const known = new Set(before.map(({ path }) => path));
  const hashes = new Set<string>();
  for (const path of await testsHere(engine)) {
    const text = known.has(path) ? undefined : await textOf(engine, path);
    if (text !== undefined) hashes.add(hashOf(text));
  }
  return hashes;
}

async function testsHere({ ports, hidden, signal }: Engine): Promise<readonly string[]> {
  const { root } = ports.workspace;
  const found = await ports.search.files({ path: root, glob: TEST_GLOB, exclude: hidden, limit: MOST_FILES }, signal);
  return 'fault' in found ? [] : found.paths;
}

/** Words of a check's command that may be files: what is none is not found. */
const namedBy = (task: Task): readonly string[] =>
  task.checks.flatMap((check) =>
    check.kind === 'command'
      ? check.command
          .split(/[\s;&|()'"<>]+/)
          .filter((word) => /^[\w@./-]*\.\w+$/.test(word) && !word.startsWith('-'))
          .map((word) => [check.cwd, word.replace(/^\.\//, '')].filter((part) => part !== '').join('/'))
      : [],
  );

const textOf = (engine: Engine, path: string): Promise<string | undefined> =>
  textAt(engine, path, { mostBytes: MOST_BYTES });
