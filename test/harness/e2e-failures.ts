/** A failed end-to-end test leaves a picture of every open window, and the server's log beside it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach } from 'vitest';
import { openWindows } from './goalwright.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../out/failures');

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  mkdirSync(FOLDER, { recursive: true });
  for (const [index, window] of openWindows().entries()) {
    const name = path.join(FOLDER, `${task.name.replace(/\W+/g, '-')}-${index + 1}`);
    await window.page.screenshot({ path: `${name}.png` });
    writeFileSync(`${name}.log`, window.server.readLog());
  }
});
