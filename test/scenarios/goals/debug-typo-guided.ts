/** A misspelt name stops a program; the goal says how to go about it. */
import { inCopy } from '../folder.ts';
import { all, returns, runs, unchanged } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const stock = (name: string) => `/** What a stock list is worth: [{ price, count }, …]. */
function totalValue(items) {
  let total = 0;
  for (const item of ${name}) total += item.price * item.count;
  return total;
}

module.exports = { totalValue };
`;
const test = `const assert = require('node:assert');
const { totalValue } = require('./stock.js');

assert.strictEqual(totalValue([{ price: 3, count: 4 }, { price: 10, count: 1 }]), 22);
assert.strictEqual(totalValue([]), 0);
console.log('all good');
`;

export const debugTypoGuided: Scenario = {
  id: 'debug-typo-guided',
  goal: `Make \`node test.js\` run without errors. Go about it like this:
1. Run test.js.
2. Read stock.js.
3. Mend the mistake in stock.js.
Repeat until test.js runs without errors. Do not change test.js.`,
  files: { 'stock.js': stock('itmes'), 'test.js': test },
  grade: (folder) =>
    inCopy(folder, { 'test.js': test }, (copy) =>
      all(
        unchanged(folder, { 'test.js': test }),
        runs(copy, 'test.js'),
        returns(
          copy,
          'totalValue',
          async ({ load, arg }) => {
            const { totalValue } = await load<{ totalValue(items: unknown): unknown }>('stock.js');
            return arg.map(totalValue);
          },
          [
            [{ price: 7, count: 3 }],
            [
              { price: 0.5, count: 4 },
              { price: 1, count: 0 },
              { price: 2, count: 5 },
            ],
            [],
          ],
          [21, 12, 0],
        ),
      ),
    ),
  right: { files: { 'stock.js': stock('items') } },
  wrong: {
    'made for the test': {
      files: { 'stock.js': 'exports.totalValue = (items) => (items.length === 2 ? 22 : 0);\n' },
    },
    'the test emptied': { files: { 'test.js': "console.log('all good');\n" } },
    'the program ends before the test': { files: { 'stock.js': 'process.exit(0);\n' } },
  },
};
