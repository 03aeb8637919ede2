/** Whole phrases to be kept word for word, alike enough to be mixed up. */
import { all, sameText, unchanged } from '../grade.ts';
import { noise } from '../noise.ts';
import type { Scenario } from '../scenario.ts';

const phrases = [
  'Seven grey herons; the eighth was a fishing rod.',
  'Never lend a ladder to a lighthouse keeper…',
  'Never lend a letter to a lighthouse keeper!',
  '“Half past rain,” said the clock, “and no earlier.”',
];
const leaf = (seed: number, at: number, then: string) =>
  `${noise(seed)}\n\nPhrase to remember: ${phrases[at]}\n${then}\n\n${noise(seed + 100)}\n`;
const files = {
  'leaf-a.txt': leaf(21, 0, 'Go on with leaf-m.txt.'),
  'leaf-m.txt': leaf(22, 1, 'Go on with leaf-c.txt.'),
  'leaf-c.txt': leaf(23, 2, 'Go on with leaf-z.txt.'),
  'leaf-z.txt': leaf(
    24,
    3,
    'That was the last leaf. Write all phrases to phrases.txt, one a line, the last one you read first.',
  ),
};
const asked = phrases.toReversed().join('\n');

export const rememberPhrasesNoise: Scenario = {
  id: 'remember-phrases-noise',
  goal: `Start with leaf-a.txt and go from leaf to leaf. Each holds one phrase and says where to go on; the rest is noise. Do
what the last leaf asks, with every phrase word for word.`,
  files,
  grade: (folder) => all(sameText(folder, 'phrases.txt', asked), unchanged(folder, files)),
  right: { files: { 'phrases.txt': `${asked}\n` } },
  wrong: {
    'the order of reading': { files: { 'phrases.txt': `${phrases.join('\n')}\n` } },
    'two alike mixed up': { files: { 'phrases.txt': `${asked.replace('ladder', 'letter')}\n` } },
    'plain quotation marks': { files: { 'phrases.txt': `${asked.replace(/[“”]/g, '"')}\n` } },
    numbered: { files: { 'phrases.txt': `${asked.replace(/^/gm, '- ')}\n` } },
  },
};
