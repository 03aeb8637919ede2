/**
 * Checkpoints of 50,000 files: what the first costs, and the second as a part of it; what a comparison costs, and how much is
 * read and kept. `node bench/checkpoints.mjs [files]`; exit code 1 when more is read than changed, or a budget is exceeded.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeCheckpoints } from '../src/headless/ports/checkpoints.ts';

const FILES = Number(process.argv[2] ?? 50_000);
const CHANGED = 20;
const PER_FOLDER = 25;
/** Beside the files there are as many that are ignored: nobody looks at them. */
const IGNORED = FILES;
/** Of the time of the first: a second one only asks for the times of files. */
const RATIO_BUDGET = 0.5;

const home = await mkdtemp(path.join(tmpdir(), 'goalwright-bench-'));
const root = path.join(home, 'ws');
const quiet = new AbortController().signal;

async function timed(work) {
  const start = performance.now();
  const value = await work();
  if (value?.fault) throw new Error(value.fault);
  return { value, ms: performance.now() - start };
}

async function fill(top, count) {
  for (let index = 0; index < count; index += PER_FOLDER) {
    const folder = path.join(root, top, String(index % 97), String(index));
    await mkdir(folder, { recursive: true });
    await Promise.all(
      Array.from({ length: Math.min(PER_FOLDER, count - index) }, (_, file) =>
        writeFile(
          path.join(folder, `${file}.ts`),
          `export const n${index + file} = '${'line\n'.repeat(file * 20)}';\n`,
        ),
      ),
    );
  }
}

const seconds = ({ ms }) => `${(ms / 1000).toFixed(2)} s`;

try {
  await fill('src', FILES);
  await fill('node_modules', IGNORED);
  await writeFile(path.join(root, '.gitignore'), 'node_modules/\n');
  let reads = 0;
  // A clock ahead of the files' times: otherwise those just written would be read twice.
  const options = {
    base: home,
    root,
    now: () => Date.now() + 60_000,
    onRead: () => {
      reads += 1;
    },
  };
  const checkpoints = await nodeCheckpoints(options);
  const first = await timed(() => checkpoints.take([], quiet));
  const firstReads = reads;
  const { bytes } = await checkpoints.usage();
  for (let index = 0; index < CHANGED; index += 1) {
    await writeFile(path.join(root, 'src', '0', '0', `${index}.ts`), `changed ${index}\n`);
  }
  reads = 0;
  const second = await timed(() => checkpoints.take([], quiet));
  const secondReads = reads;
  const added = (await checkpoints.usage()).bytes - bytes;
  const between = await timed(() => checkpoints.compare(first.value.id, second.value.id, quiet));
  const live = await timed(() => checkpoints.compare(first.value.id, undefined, quiet));
  const window = await timed(() => nodeCheckpoints(options));
  const reopened = await timed(() => window.value.take([], quiet));
  const back = await timed(() => checkpoints.restore(first.value.id, live.value, quiet));
  const clean = await timed(() => checkpoints.keepOnly([first.value.id]));
  const ratio = second.ms / first.ms;
  console.log(
    `${first.value.files} files (and ${IGNORED} ignored): first ${seconds(first)}, ${firstReads} read, ${(bytes / 1e6).toFixed(1)} MB`,
  );
  console.log(
    `${CHANGED} changed: second ${seconds(second)} (${ratio.toFixed(2)} of the first, budget ${RATIO_BUDGET}), ` +
      `${secondReads} read, ${(added / 1e3).toFixed(0)} KB more`,
  );
  console.log(
    `compared ${seconds(between)}, with the work tree ${seconds(live)}; a new window: opened ${seconds(window)}, third ${seconds(reopened)}`,
  );
  console.log(`${back.value.restored.length} files taken back ${seconds(back)}, cleaned up ${seconds(clean)}`);
  if (ratio > RATIO_BUDGET || firstReads !== FILES + 1 || secondReads !== CHANGED) process.exitCode = 1;
} finally {
  await rm(home, { recursive: true, force: true });
}
