/** A column that no program can compute: what kind of thing each row names. */
import Papa from 'papaparse';
import { all, sameRows, unchanged } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const items: readonly (readonly [string, string])[] = [
  ['violin', 'instrument'],
  ['penguin', 'animal'],
  ['ferry', 'vehicle'],
  ['oboe', 'instrument'],
  ['tractor', 'vehicle'],
  ['otter', 'animal'],
  ['beetle, stag', 'animal'],
  ['tandem', 'vehicle'],
  ['tambourine', 'instrument'],
  ['heron', 'animal'],
];
const csv = (table: readonly (readonly string[])[]) =>
  `${Papa.unparse([...table.map((row) => [...row])], { newline: '\n' })}\n`;
const numbered = items.map(([item], at) => [String(at + 1), item]);
const labelled = items.map(([item, kind], at) => [String(at + 1), item, kind]);
const header = ['no', 'item', 'kind'];
const files = { 'items.csv': csv([header.slice(0, 2), ...numbered]) };

export const labelCsv: Scenario = {
  id: 'label-csv',
  goal: `Write labelled.csv: items.csv with one more column, kind, that says animal, vehicle or instrument for each item. Rows
and the other columns stay as they are.`,
  files,
  grade: (folder) => all(sameRows(folder, 'labelled.csv', [header, ...labelled]), unchanged(folder, files)),
  right: { files: { 'labelled.csv': csv([header, ...labelled]) } },
  wrong: {
    'a car among the animals': {
      files: { 'labelled.csv': csv([header, ...labelled]).replace('"beetle, stag",animal', '"beetle, stag",vehicle') },
    },
    'labels in upper case': {
      files: {
        'labelled.csv': csv([
          header,
          ...labelled.map(([no = '', item = '', kind = '']) => [no, item, kind.toUpperCase()]),
        ]),
      },
    },
    'grouped by kind': {
      files: {
        'labelled.csv': csv([header, ...labelled.toSorted(([, , a = ''], [, , b = '']) => a.localeCompare(b))]),
      },
    },
    'the quotes lost': { files: { 'labelled.csv': csv([header, ...labelled]).replaceAll('"', '') } },
  },
};
