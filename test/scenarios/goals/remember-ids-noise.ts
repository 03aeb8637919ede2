/** The same among pages of noise, some of which looks like an id. */
import { all, sameText, unchanged } from '../grade.ts';
import { noise } from '../noise.ts';
import type { Scenario } from '../scenario.ts';

const ids = ['52871', '10664', '93305', '47719'];
const page = (seed: number, text: string) => `${noise(seed)}\n\n${text}\n\n${noise(seed + 100)}\n`;
const files = {
  'page-1.txt': page(1, `The id of this page is ${ids[0]}. Keep it in mind and read page-1b.txt.`),
  'page-1b.txt': page(
    2,
    `The id of this page is ${ids[1]}; 60211 was the old one. Keep it in mind and read page-7.txt.`,
  ),
  'page-7.txt': page(3, `Room 88140. The id of this page is ${ids[2]}. Keep it in mind and read page-9.txt.`),
  'page-9.txt': page(
    4,
    `The id of this page is ${ids[3]}. Now write the ids of all the pages you read, in that order, one a line, to ids.txt.`,
  ),
};

export const rememberIdsNoise: Scenario = {
  id: 'remember-ids-noise',
  goal: 'Start with page-1.txt and do what the pages ask. Each holds one request; everything else in them is noise.',
  files,
  grade: (folder) => all(sameText(folder, 'ids.txt', ids.join('\n')), unchanged(folder, files)),
  right: { files: { 'ids.txt': `${ids.join('\n')}\n` } },
  wrong: {
    'an old id': { files: { 'ids.txt': `${ids.join('\n').replace('10664', '60211')}\n` } },
    'a number that is no id': { files: { 'ids.txt': `52871\n10664\n88140\n47719\n` } },
    'two digits swapped': { files: { 'ids.txt': `${ids.join('\n').replace('93305', '93350')}\n` } },
    'in one line': { files: { 'ids.txt': `${ids.join(', ')}\n` } },
  },
};
