/** A failed end-to-end test leaves a picture of every open window, with the server's log; a finished file leaves no window but the shared ones. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { endOnSignal } from '../../scripts/process-group.mjs';
import { openWindows, ownWindows } from './goalwright.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../out/failures');

endOnSignal();

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  mkdirSync(FOLDER, { recursive: true });
  for (const [index, window] of openWindows().entries()) {
    const name = path.join(FOLDER, `${task.name.replace(/\W+/g, '-')}-${index + 1}`);
    await window.page.screenshot({ path: `${name}.png` });
    writeFileSync(`${name}.log`, window.server.readLog());
  }
});

afterAll(async () => {
  for (const window of ownWindows()) await window.close();
});
