/** Rows `terminal` of test/cases/fault-cases.jsonl: which are proven in shell.test.ts, and where the others are. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const Row = z.object({ id: z.string(), area: z.string(), expect: z.string() });

export const terminalRows = readFileSync(path.join(import.meta.dirname, '../../cases/fault-cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Row.parse(JSON.parse(line)))
  .filter(({ area }) => area === 'terminal');

/** Proven in another file, by tests that begin with the row's name. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'tm-setsid-escape': '../shell/jobs.test.ts',
  'tm-host-killed': '../shell/jobs.test.ts',
};
