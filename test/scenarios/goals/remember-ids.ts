/** Errands from file to file, each with an id that must not be forgotten until the last one asks for all of them. */
import { all, sameText, unchanged } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const ids = ['4417', '9026', '1583', '7740', '3391'];
const files = {
  'errand.txt': `The id of this errand is ${ids[0]}. Remember it. Then read cellar/errand.txt.\n`,
  'cellar/errand.txt': `The id of this errand is ${ids[1]}. Remember it. Then read attic/box-3.txt.\n`,
  'attic/box-3.txt': `The id of this errand is ${ids[2]}. Remember it. Then read garden.txt.\n`,
  'garden.txt': `The id of this errand is ${ids[3]}. Remember it. Then read last.txt.\n`,
  'last.txt': `The id of this errand is ${ids[4]}. Write the ids of all errands, in the order you read them, to ids.txt, one a line.\n`,
  // Not on the way.
  'attic/box-2.txt': 'The id of this errand is 6608. Nobody asked for it.\n',
};

export const rememberIds: Scenario = {
  id: 'remember-ids',
  goal: 'Do the errand in errand.txt: it leads from file to file, and the last one says what to write.',
  files,
  grade: (folder) => all(sameText(folder, 'ids.txt', ids.join('\n')), unchanged(folder, files)),
  right: { files: { 'ids.txt': `${ids.join('\n')}\n` } },
  wrong: {
    'the last one alone': { files: { 'ids.txt': `${ids.at(-1)}\n` } },
    'one forgotten': { files: { 'ids.txt': `${ids.filter((id) => id !== '1583').join('\n')}\n` } },
    'another order': { files: { 'ids.txt': `${ids.toSorted().join('\n')}\n` } },
    'every id there is': { files: { 'ids.txt': `${[...ids.slice(0, 2), '6608', ...ids.slice(2)].join('\n')}\n` } },
  },
};
