/** Rows `terminal` of test/cases/fault-cases.jsonl: which are proven in shell.test.ts, and where the others belong. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const Row = z.object({ id: z.string(), area: z.string(), expect: z.string() });

export const terminalRows = readFileSync(path.join(import.meta.dirname, '../../cases/fault-cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Row.parse(JSON.parse(line)))
  .filter(({ area }) => area === 'terminal');

/** Not of this slice. */
export const LATER: Readonly<Record<string, string>> = {
  'tm-setsid-escape': 'issue 5: the sandbox gives each command a PID namespace of its own',
  'tm-host-killed': 'issue 5: the sandbox ends with its parent; without one, jobs are reaped at the next start',
};
