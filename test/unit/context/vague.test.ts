import { expect, test } from 'vitest';
import { isVague } from '../../../src/agent/context/vague.ts';

test.each([
  'Make something good',
  'make it better',
  'Improve the code',
  'fix everything',
  'Clean up',
  'hello',
  'Do your best',
  '\u5e2e\u6211\u4f18\u5316\u4e00\u4e0b\u4ee3\u7801',
  '\u505a\u70b9\u4e1c\u897f',
  '\u66f4\u597d',
])('"%s" leaves open what counts as done', (goal) => {
  expect(isVague(goal)).toBe(true);
});

test.each([
  'Make a.txt say two',
  'Fix the failing test in test/proto.js',
  'Improve parseOptions() so that it accepts --no-color',
  'Write a study plan for NLP over 3 months',
  'Make the login page load in under 2 seconds',
  'Rename the class Parser to Reader everywhere and keep all tests green',
  "Write 'Washington' into a file",
  'Sort the customers by their family name and write them to a new table',
  '\u628a README.md \u7ffb\u8bd1\u6210\u4e2d\u6587',
  '\u5236\u5b9a\u4e00\u4e2a\u4e09\u4e2a\u6708\u7684\u673a\u5668\u5b66\u4e60\u5b66\u4e60\u8ba1\u5212\uff0c\u6bcf\u5468\u6709\u76ee\u6807\u548c\u7ec3\u4e60',
])('"%s" can be worked on', (goal) => {
  expect(isVague(goal)).toBe(false);
});
