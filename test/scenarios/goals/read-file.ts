/** What a file says goes into another one. */
import { all, sameText, unchanged } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const files = {
  'parcel.txt': `Sender: Osei & Daughters, Accra
Weight: 2.4 kg
Order number: 100482
Tracking number: QX-77-3119-B
Deliver to the blue door; the white one is the neighbour's.
`,
};

export const readFile: Scenario = {
  id: 'read-file',
  goal: 'Read parcel.txt and write the tracking number it names, and nothing else, to tracking.txt.',
  files,
  grade: (folder) => all(sameText(folder, 'tracking.txt', 'QX-77-3119-B'), unchanged(folder, files)),
  right: { files: { 'tracking.txt': 'QX-77-3119-B\n' } },
  wrong: {
    'the other number': { files: { 'tracking.txt': '100482\n' } },
    'the whole line': { files: { 'tracking.txt': 'Tracking number: QX-77-3119-B\n' } },
    'the parcel rewritten': { files: { 'tracking.txt': 'QX-77-3119-B\n', 'parcel.txt': 'QX-77-3119-B\n' } },
  },
};
