/** A function whose result cannot be foreseen: judged by what holds for every result. */
import { returns } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const program = (body: string) => ({
  files: { 'password.js': `const { randomInt } = require('node:crypto');\n${body}` },
});

const CHARACTERS = `const KINDS = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789', '!@#$%&*'];
const pick = (text) => text[randomInt(text.length)];
`;
const LENGTH = `  if (!Number.isInteger(length) || length < 8 || length > 64) throw new RangeError('8 to 64');
`;
const SHUFFLED = `${CHARACTERS}exports.generatePassword = (length = 12) => {
${LENGTH}  const chars = KINDS.map(pick);
  while (chars.length < length) chars.push(pick(KINDS.join('')));
  for (let i = chars.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [chars[i], chars[j]] = [chars[j], chars[i]];
  }
  return chars.join('');
};
`;

export const passwordGenerator: Scenario = {
  id: 'password-generator',
  goal: `Create password.js, a CommonJS module that exports generatePassword(length), which returns a random password of that
length, 12 if none is given. Every password has at least one lower-case letter, one upper-case letter, one digit and one of
!@#$%&*, and no other characters; any of them may stand anywhere. Throw a RangeError unless length is a whole number from 8
to 64. Take the randomness from node:crypto.`,
  files: {},
  grade: (folder) =>
    returns(
      folder,
      'generatePassword',
      async ({ load }) => {
        const { generatePassword } = await load<{ generatePassword(length?: unknown): string }>('password.js');
        const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[!@#$%&*]/];
        const faults = new Set<string>();
        const made = [undefined, 8, 9, 16, 64].flatMap((length) =>
          Array.from({ length: 400 }, () => ({ length: length ?? 12, password: generatePassword(length) })),
        );
        for (const { length, password } of made) {
          if (typeof password !== 'string') faults.add('it is no text');
          else if (password.length !== length) faults.add(`${password.length} characters instead of ${length}`);
          else if (!kinds.every((kind) => kind.test(password))) faults.add('a kind of character is missing');
          else if (!/^[a-zA-Z0-9!@#$%&*]*$/.test(password)) faults.add('other characters');
        }
        if (new Set(made.map(({ password }) => password)).size < made.length) faults.add('a password came twice');
        // 400 of length 8: each kind reaches each place, but for a chance of less than one in a million.
        const short = made.filter(({ length }) => length === 8).map(({ password }) => password);
        for (const at of [0, 1, 2, 3, 4, 5, 6, 7])
          for (const kind of kinds)
            if (!short.some((password) => kind.test(password[at] ?? '')))
              faults.add('a kind of character never stands in some place');
        for (const length of [7, 65, 0, -1, 8.5, Number.NaN])
          try {
            generatePassword(length);
            faults.add(`${length} was accepted`);
          } catch (error) {
            if (!(error instanceof RangeError)) faults.add(`${length}: ${error}`);
          }
        return [...faults];
      },
      undefined,
      [],
    ),
  right: program(SHUFFLED),
  wrong: {
    'a kind left to chance': program(`${CHARACTERS}exports.generatePassword = (length = 12) => {
${LENGTH}  return Array.from({ length }, () => pick(KINDS.join(''))).join('');
};
`),
    'the kinds always in front': program(`${CHARACTERS}exports.generatePassword = (length = 12) => {
${LENGTH}  return KINDS.map(pick).join('') + Array.from({ length: length - 4 }, () => pick(KINDS.join(''))).join('');
};
`),
    'any length': program(SHUFFLED.replace(LENGTH, '')),
    'another error': program(SHUFFLED.replace('RangeError', 'Error')),
    'other characters too': program(SHUFFLED.replace("'!@#$%&*'", "'!@#$%&*?'")),
  },
};
