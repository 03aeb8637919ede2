/** Environment files in the forms people keep them: each value is known in each form a program may take it in. */
import { describe, expect, test } from 'vitest';
import { textOfBytes, variablesIn } from '../../../src/headless/ports/env-values.ts';

const VALUE = 'tulip-42-meadow';

describe('the value is found', () => {
  test.each([
    ...[`DB_PASS=${VALUE}`, `export DB_PASS=${VALUE}`, `DB_PASS = "${VALUE}" # old`, `DB_PASS='${VALUE}'`],
    ...[
      `# DB_PASS=${VALUE}`,
      `#DB_PASS="${VALUE}"`,
      `; DB_PASS=${VALUE}`,
      `DB_PASS: ${VALUE}`,
      `  "DB_PASS": "${VALUE}",`,
    ],
    ...[`set -gx DB_PASS ${VALUE}`, `set -x DB_PASS "${VALUE}"`, `setenv DB_PASS ${VALUE}`, `set DB_PASS=${VALUE}`],
    ...[
      `DB_PASS=${VALUE}\nDB_PASS=other`,
      `A=1\rDB_PASS=${VALUE}\rB=2`,
      `DB_PASS=${VALUE} # note`,
      `DB_PASS=${VALUE}#9`,
    ],
    ...[`$env:DB_PASS = "${VALUE}"`, `declare -x DB_PASS="${VALUE}"`],
  ])('in %j', (text) => expect(variablesIn(text)).toContainEqual(['DB_PASS', VALUE]));

  test.each(['utf16le', 'utf8'] as const)('in %s with a mark', (encoding) =>
    expect(variablesIn(textOfBytes(Buffer.from(`\uFEFFDB_PASS=${VALUE}\r\n`, encoding)))).toContainEqual([
      'DB_PASS',
      VALUE,
    ]),
  );
  test('in UTF-16 the other way round', () =>
    expect(variablesIn(textOfBytes(Buffer.from(`\uFEFFDB_PASS=${VALUE}\n`, 'utf16le').swap16()))).toContainEqual([
      'DB_PASS',
      VALUE,
    ]));
  test('with # in it, whole', () =>
    expect(variablesIn('DB_PASS=ab#cd42-ef')).toContainEqual(['DB_PASS', 'ab#cd42-ef']));
});

test.each([
  '# Password: at least 8 characters',
  '# the key = what you were given in 2024',
  'note: this is 1 sentence',
  '',
  '###',
])('prose is no value: %j', (text) =>
  expect(variablesIn(text).filter(([, value]) => value !== '' && /\s/.test(value))).toEqual([]),
);
