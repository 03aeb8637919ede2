/** A function from a description: three numbers with a given sum, in a list of any order. */
import { returns } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

/** Odd multiples of a large number: no three of them have a small sum. */
const many = Array.from({ length: 2_000 }, (_, at) => (2 * at + 1) * 1_000_003);
const cases = [
  [[2, 7, 11, 15], 20, [0, 1, 2]],
  [[11, 2, 15, 7], 20, [0, 1, 3]],
  [[5, -5, 8, 0, 3], 0, [0, 1, 3]],
  [[4, 4, 4], 12, [0, 1, 2]],
  [[1, 2, 30, 2], 5, [0, 1, 3]],
  [[9, 100, -50, 8, -40], 10, [1, 2, 4]],
  [[3, ...many, 1, 2], 6, [0, 2_001, 2_002]],
] as const;

const program = (body: string) => ({
  files: { 'three-sum.js': `exports.threeSum = (numbers, target) => {\n${body}};\n` },
});

export const threeSum: Scenario = {
  id: 'three-sum',
  goal: `Create three-sum.js, a CommonJS module that exports threeSum(numbers, target). It returns the positions of three
different elements of the array whose sum is target, in ascending order: threeSum([11, 2, 15, 7], 20) is [0, 1, 3]. Every
input has exactly one solution, and may be a few thousand numbers long. The array must be left as it is.`,
  files: {},
  grade: (folder) =>
    returns(
      folder,
      'threeSum',
      async ({ load, arg }) => {
        const { threeSum } = await load<{ threeSum(numbers: readonly number[], target: number): unknown }>(
          'three-sum.js',
        );
        return arg.map(([numbers, target]) => {
          const before = JSON.stringify(numbers);
          const positions = threeSum(numbers, target);
          return JSON.stringify(numbers) === before ? positions : 'the array was changed';
        });
      },
      cases,
      cases.map(([, , positions]) => positions),
    ),
  right: program(`  for (let i = 0; i < numbers.length; i++) {
    const at = new Map();
    for (let k = i + 1; k < numbers.length; k++) {
      const j = at.get(target - numbers[i] - numbers[k]);
      if (j !== undefined) return [i, j, k];
      at.set(numbers[k], k);
    }
  }
`),
  wrong: {
    'positions in a sorted array': program(`  numbers.sort((a, b) => a - b);
  for (let i = 0; i < numbers.length; i++)
    for (let j = i + 1, k = numbers.length - 1; j < k; ) {
      const sum = numbers[i] + numbers[j] + numbers[k];
      if (sum === target) return [i, j, k];
      if (sum < target) j++;
      else k--;
    }
`),
    'an element used twice': program(`  for (let i = 0; i < numbers.length; i++)
    for (let j = i + 1; j < numbers.length; j++) {
      const k = numbers.indexOf(target - numbers[i] - numbers[j]);
      if (k >= 0) return [i, j, k].sort((a, b) => a - b);
    }
`),
    'in the order they were found': program(`  for (let i = numbers.length - 1; i >= 0; i--)
    for (let j = i - 1; j >= 0; j--)
      for (let k = j - 1; k >= 0; k--) if (numbers[i] + numbers[j] + numbers[k] === target) return [i, j, k];
`),
  },
};
