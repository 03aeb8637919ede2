/** Names of tests that prove a row of test/cases/fault-cases.jsonl: a name that no row has is an error. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const FILE = path.join(import.meta.dirname, '../../cases/fault-cases.jsonl');
const Row = z.object({ id: z.string(), scenario: z.string(), expect: z.string() });

const rows = new Map(
  readFileSync(FILE, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Row.parse(JSON.parse(line)))
    .map((row) => [row.id, row] as const),
);

/** `jr-u2028: <what the test shows>`. */
export function row(id: string, shows: string): string {
  if (!rows.has(id)) throw new Error(`No case ${id} in ${FILE}.`);
  return `${id}: ${shows}`;
}
