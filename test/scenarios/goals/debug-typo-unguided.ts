/** The same without a word on how: a misspelt property gives a wrong number instead of an error. */
import { inCopy } from '../folder.ts';
import { all, returns, runs } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const words = (length: string) => `const split = (text) => text.split(' ').filter((word) => word !== '');

/** Average number of letters of the words in a text; 0 where there are none. */
function averageLength(text) {
  const words = split(text);
  if (words.length === 0) return 0;
  return words.reduce((sum, word) => sum + word.${length}, 0) / words.length;
}

module.exports = { averageLength };
`;
const test = `const assert = require('node:assert');
const { averageLength } = require('./words.js');

assert.strictEqual(averageLength('the old oak'), 3);
assert.strictEqual(averageLength(''), 0);
assert.strictEqual(averageLength('a bcd'), 2);
`;

export const debugTypoUnguided: Scenario = {
  id: 'debug-typo-unguided',
  goal: 'Make test.js run without errors.',
  files: { 'words.js': words('lenght'), 'test.js': test },
  grade: (folder) =>
    inCopy(folder, { 'test.js': test }, (copy) =>
      all(
        runs(copy, 'test.js'),
        returns(
          copy,
          'averageLength',
          async ({ load, arg }) => {
            const { averageLength } = await load<{ averageLength(text: string): unknown }>('words.js');
            return arg.map(averageLength);
          },
          ['one', 'seven eleven', '   ', 'a bb ccc dddd'],
          [3, 5.5, 0, 2.5],
        ),
      ),
    ),
  right: { files: { 'words.js': words('length') } },
  wrong: {
    'the test turned off': { files: { 'test.js': '' } },
    'made for the test': {
      files: { 'words.js': "exports.averageLength = (text) => ({ 'the old oak': 3, 'a bcd': 2 })[text] ?? 0;\n" },
    },
    'another wrong number': { files: { 'words.js': words('size') } },
  },
};
