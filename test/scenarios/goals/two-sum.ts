/** A function from a description: two numbers with a given sum. */
import { returns } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const many = Array.from({ length: 4_000 }, (_, at) => 10_000 + 3 * at);
const cases = [
  [[2, 7, 11, 15], 9, [0, 1]],
  [[3, 1], 6, null],
  [[3, 3], 6, [0, 1]],
  [[-4, 9, 0, 4], 0, [0, 3]],
  [[], 1, null],
  [[5], 5, null],
  [[0.5, 8, 1.5], 2, [0, 2]],
  [[...many, 1, 2], 3, [4_000, 4_001]],
] as const;

export const twoSum: Scenario = {
  id: 'two-sum',
  goal: `Create two-sum.js, a CommonJS module that exports twoSum(numbers, target). It returns the positions of the two
numbers in the array whose sum is target as [i, j] with i < j, or null if there are none. A number may not be paired with
itself: twoSum([2, 7, 11, 15], 9) is [0, 1], and twoSum([3, 1], 6) is null. No input has more than one such pair.`,
  files: {},
  grade: (folder) =>
    returns(
      folder,
      'twoSum',
      async ({ load, arg }) => {
        const { twoSum } = await load<{ twoSum(numbers: unknown, target: unknown): unknown }>('two-sum.js');
        return arg.map(([numbers, target]) => {
          const pair = twoSum(numbers, target);
          return pair === undefined ? 'undefined' : pair;
        });
      },
      cases,
      cases.map(([, , pair]) => pair),
    ),
  right: {
    files: {
      'two-sum.js': `exports.twoSum = (numbers, target) => {
  const at = new Map();
  for (const [j, number] of numbers.entries()) {
    const i = at.get(target - number);
    if (i !== undefined) return [i, j];
    at.set(number, j);
  }
  return null;
};
`,
    },
  },
  wrong: {
    'a number paired with itself': {
      files: {
        'two-sum.js': `exports.twoSum = (numbers, target) => {
  for (let i = 0; i < numbers.length; i++) {
    const j = numbers.indexOf(target - numbers[i]);
    if (j >= 0) return [i, j].sort();
  }
  return null;
};
`,
      },
    },
    'undefined for null': {
      files: {
        'two-sum.js': `exports.twoSum = (numbers, target) => {
  for (let i = 0; i < numbers.length; i++)
    for (let j = i + 1; j < numbers.length; j++) if (numbers[i] + numbers[j] === target) return [i, j];
};
`,
      },
    },
    'the numbers instead of their positions': {
      files: {
        'two-sum.js': `exports.twoSum = (numbers, target) => {
  for (const [i, a] of numbers.entries())
    for (const b of numbers.slice(i + 1)) if (a + b === target) return [a, b];
  return null;
};
`,
      },
    },
  },
};
