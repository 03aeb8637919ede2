/** A table sorted by a column of times, with cells that hold commas and line breaks. */
import Papa from 'papaparse';
import { all, sameRows, unchanged } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const header = ['ticket', 'opened', 'minutes', 'note'];
const rows = [
  ['A-19', '2026-02-10T09:15:00Z', '9', 'printer, third floor'],
  ['A-7', '2025-12-31T23:59:59Z', '120', 'before midnight'],
  ['B-2', '2026-02-10T08:05:00Z', '35', 'said "urgent"'],
  ['C-30', '2026-01-04T12:00:00Z', '7', 'two lines:\nlamp and cable'],
  ['A-3', '2026-02-10T09:15:00Z', '80', ''],
  ['B-11', '2025-03-01T00:00:00Z', '10', 'oldest'],
];
const order = ['B-11', 'A-7', 'C-30', 'B-2', 'A-19', 'A-3'];
const byTicket = (wanted: readonly string[]) => wanted.map((ticket) => rows.find(([id]) => id === ticket) ?? []);
const csv = (table: readonly (readonly string[])[]) => `${Papa.unparse([header, ...table], { newline: '\n' })}\n`;
const files = { 'tickets.csv': csv(rows) };

export const sortCsv: Scenario = {
  id: 'sort-csv',
  goal: `Sort tickets.csv by the column opened, oldest first, into sorted.csv. Rows opened at the same moment stay in the order
they had. Keep the header and all columns; tickets.csv stays as it is.`,
  files,
  grade: (folder) => all(sameRows(folder, 'sorted.csv', [header, ...byTicket(order)]), unchanged(folder, files)),
  right: { files: { 'sorted.csv': csv(byTicket(order)) } },
  wrong: {
    'lines instead of rows': {
      files: { 'sorted.csv': `${files['tickets.csv'].trimEnd().split('\n').toSorted().join('\n')}\n` },
    },
    'newest first': { files: { 'sorted.csv': csv(byTicket(order.toReversed())) } },
    'ties turned round': { files: { 'sorted.csv': csv(byTicket([...order.slice(0, 4), 'A-3', 'A-19'])) } },
    'without the header': { files: { 'sorted.csv': csv(byTicket(order)).replace(/^.*\n/, '') } },
    'sorted in place': { files: { 'sorted.csv': csv(byTicket(order)), 'tickets.csv': csv(byTicket(order)) } },
  },
};
