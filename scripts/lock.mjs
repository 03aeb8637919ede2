/** A lock file: one process at a time does `work`; the others wait. A lock whose owner died is taken over. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 15 * 60_000;

export async function withLock(file, work) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!tryLock(file)) {
    if (Date.now() > deadline)
      throw new Error(`${file} is held by another process for 15 minutes; delete it if that is wrong`);
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(Number(readFileSync(file, 'utf8')))) rmSync(file, { force: true });
  return false;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
