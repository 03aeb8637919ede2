/** Several typos in two files: behind each that is mended stands the next. */
import { inCopy } from '../folder.ts';
import { all, returns, runs, unchanged } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const fare = ({ from, key, end }: { from: string; key: string; end: string }) => `const { ZONES } = require('${from}');

/** Price of a journey in cents: a base, and something for each zone border on the way. */
function fare(start, destination) {
  const borders = Math.abs(ZONES[start] - ZONES[destination]);
  return 180 + borders * 65${end}
}

/** Children under 6 go free, those under 15 pay half, rounded up to 5 cents. */
function fareFor(passenger, start, destination) {
  const whole = fare(start, destination);
  if (passenger.${key} < 6) return 0;
  if (passenger.age < 15) return Math.ceil(whole / 2 / 5) * 5;
  return whole;
}

module.exports = { fare, fareFor };
`;
const zones = (name: string) => `const ZONES = { harbour: 1, market: 1, station: 2, university: 3, airport: 5 };

module.exports = { ${name} };
`;
const test = `const assert = require('node:assert');
const { fare, fareFor } = require('./fare.js');

assert.strictEqual(fare('harbour', 'market'), 180);
assert.strictEqual(fare('airport', 'harbour'), 440);
assert.strictEqual(fareFor({ age: 40 }, 'station', 'university'), 245);
assert.strictEqual(fareFor({ age: 9 }, 'station', 'university'), 125);
assert.strictEqual(fareFor({ age: 3 }, 'station', 'university'), 0);
console.log('all fares are right');
`;
const mended = { from: './zones.js', key: 'age', end: ';' };

export const debugTypos: Scenario = {
  id: 'debug-typos',
  goal: 'Make `node test.js` run without errors by mending fare.js and zones.js. test.js itself is right and stays as it is.',
  files: {
    'fare.js': fare({ from: './zone.js', key: 'agge', end: ')' }),
    'zones.js': zones('ZONE'),
    'test.js': test,
  },
  grade: (folder) =>
    inCopy(folder, { 'test.js': test }, (copy) =>
      all(
        unchanged(folder, { 'test.js': test }),
        runs(copy, 'test.js'),
        returns(
          copy,
          'fareFor',
          async ({ load, arg }) => {
            const { fareFor } = await load<{ fareFor(...journey: unknown[]): unknown }>('fare.js');
            return arg.map(([age, start, destination]) => fareFor({ age }, start, destination));
          },
          [
            [5, 'airport', 'market'],
            [6, 'airport', 'market'],
            [14, 'market', 'station'],
            [15, 'market', 'station'],
          ] as const,
          [0, 220, 125, 245],
        ),
      ),
    ),
  right: { files: { 'fare.js': fare(mended), 'zones.js': zones('ZONES') } },
  wrong: {
    'one typo left': {
      files: { 'fare.js': fare({ ...mended, key: 'agge' }), 'zones.js': zones('ZONES') },
    },
    'only the one that stops it': { files: { 'fare.js': fare({ ...mended, from: './zone.js' }) } },
    'the test made to fit': {
      files: {
        'fare.js': fare({ ...mended, key: 'agge' }),
        'zones.js': zones('ZONES'),
        'test.js': test.replace("'station', 'university'), 0)", "'station', 'university'), 125)"),
      },
    },
  },
};
