import { describe, expect, test } from 'vitest';
import { locate } from '../../../src/agent/edit/locate.ts';

const done = (text: string, ...edits: { old: string; new: string }[]): string => {
  const result = locate(text, edits);
  if (result.kind === 'failed') throw new Error(result.message);
  return result.text;
};
const notDone = (text: string, ...edits: { old: string; new: string }[]): string => {
  const result = locate(text, edits);
  if (result.kind === 'located') throw new Error(`located: ${result.text}`);
  return result.message;
};

describe('exact', () => {
  test('several edits are looked up in the original text, in any order', () =>
    expect(done('a b c d', { old: 'c', new: 'a' }, { old: 'a', new: 'c' })).toBe('c b a d'));
  test('replacement patterns are plain text', () =>
    expect(done('$10.99', { old: '$10.99', new: "$9 $& $1 $' $`" })).toBe("$9 $& $1 $' $`"));
  test('a line break is any line break; the new ones are as their place has them', () => {
    expect(done('a\r\nb\r\nc\n', { old: 'a\nb', new: 'a\nx\ny' })).toBe('a\r\nx\r\ny\r\nc\n');
    expect(done('a\r\nb\nc\r\n', { old: 'a\nb\nc', new: 'A\nB\nC' })).toBe('A\r\nB\nC\r\n');
    expect(done('a\rz\r\nb\n', { old: 'z\nb', new: 'z\nx\nb' })).toBe('a\rz\r\nx\r\nb\n');
  });
  test('inside one line of a CRLF file, a new break is CRLF', () =>
    expect(done('f(a)\r\n', { old: '(a)', new: '(\n  a\n)' })).toBe('f(\r\n  a\r\n)\r\n'));
  test('text without any break gets \\n', () => expect(done('ab', { old: 'b', new: '\nb' })).toBe('a\nb'));
  test('deleting to nothing is an edit', () => expect(done('a\n', { old: 'a\n', new: '' })).toBe(''));
  test('edits may touch', () => expect(done('ab', { old: 'a', new: 'x' }, { old: 'b', new: 'y' })).toBe('xy'));
});

describe('whole lines, blanks aside', () => {
  test('trailing blanks', () =>
    expect(done('if x:  \n  y\t\nz\n', { old: 'if x:\n  y', new: 'if x:\n  w' })).toBe('if x:  \n  w\nz\n'));
  test('a line that stays keeps its own blanks and ending', () =>
    expect(done('a  \r\nb\t\nc\n', { old: 'a\nb\nc', new: 'a\nb\nd' })).toBe('a  \r\nb\t\nd\n'));
  test('old indented less: new is indented more', () =>
    expect(
      done('class A {\n    f() {\n        g();\n    }\n}\n', {
        old: 'f() {\n    g();\n}',
        new: 'f() {\n    g();\n    h();\n}',
      }),
    ).toBe('class A {\n    f() {\n        g();\n        h();\n    }\n}\n'));
  test('old indented more: new is indented less', () =>
    expect(
      done('f() {\n  g();\n}\n', { old: '    f() {\n      g();\n    }', new: '    f() {\n      h();\n    }' }),
    ).toBe('f() {\n  h();\n}\n'));
  test('spaces for tabs, deeper levels included', () =>
    expect(
      done('f() {\n\tif (a) {\n\t\tb();\n\t}\n}\n', {
        old: '    if (a) {\n        b();\n    }',
        new: '    if (a) {\n        while (c) {\n            b();\n        }\n    }',
      }),
    ).toBe('f() {\n\tif (a) {\n\t\twhile (c) {\n\t\t\tb();\n\t\t}\n\t}\n}\n'));
  test('tabs for spaces', () =>
    expect(done('a:\n  b:\n    c\n', { old: 'a:\n\tb:\n\t\tc', new: 'a:\n\tb:\n\t\td\n\t\t\te' })).toBe(
      'a:\n  b:\n    d\n      e\n',
    ));
  test('two spaces for four', () =>
    expect(done('a:\n    b:\n        c\n', { old: 'a:\n  b:\n    c', new: 'a:\n  b:\n    d' })).toBe(
      'a:\n    b:\n        d\n',
    ));
  test('CRLF and re-indentation', () =>
    expect(done('\ta\r\n\t\tb\r\n', { old: '  a\n    b', new: '  a\n    x\n    b' })).toBe(
      '\ta\r\n\t\tx\r\n\t\tb\r\n',
    ));
  test('deleting whole lines takes their break along', () => {
    expect(done('a\n\tb\nc\n', { old: '  b\n', new: '' })).toBe('a\nc\n');
    expect(done('a\n\tb', { old: '  b\n', new: '' })).toBe('a\n');
    expect(done('  \n\tb', { old: '  \nb', new: '' })).toBe('');
  });
  test('one line found behind its indentation becomes several: indented as the first, unless they are already', () => {
    expect(done('f:\n    a()\n', { old: 'a()', new: 'a()\n    b()' })).toBe('f:\n    a()\n    b()\n');
    expect(done('f:\n    a()\n', { old: 'a()', new: 'if b:\n        a()' })).toBe('f:\n    if b:\n        a()\n');
    expect(done('f {\n    a();\n}\n', { old: 'a();', new: 'if (b) {\n  a();\n}' })).toBe(
      'f {\n    if (b) {\n      a();\n    }\n}\n',
    );
  });
  test('one line found behind its indentation, with a blank line before it', () =>
    expect(done('f:\n\ta()\n', { old: 'a()', new: '\nb()' })).toBe('f:\n\n\tb()\n'));
  test('one line found behind its indentation, at the end of its block, is not to become several without any', () => {
    const text = 'x = y\n  .map(a); b\nz = 1\n';
    const edit = { old: '.map(a); b', new: '.map(a);\nconst b' };
    expect(notDone(text, edit)).toContain('cannot be told how new is to be indented');
    expect(done(text.replace('z = 1', '}'), edit)).toBe('x = y\n  .map(a);\n  const b\n}\n');
  });
  test('one line found behind its indentation, and what follows may be meant in two ways: refused', () => {
    expect(notDone('f:\n    a()\n', { old: 'a()', new: 'if b:\n    a()' })).toMatch(/line 2.*\n2: {5}a\(\)/);
    expect(notDone('f:\n    a()\n', { old: 'a()', new: '    b()' })).toContain('line 2');
    expect(notDone('f:\n    a(b)\n', { old: '  a(b)\n', new: '  a(c)\n' })).toContain('2:     a(b)');
    expect(notDone('f:\n    a()\n', { old: 'a()', new: 'a()\nb()' })).toContain('line 2');
  });
  test('blanks that a model adds at line ends are not written', () =>
    expect(done('a\nb\n', { old: 'a  \nb ', new: 'a  \nc  ' })).toBe('a\nc\n'));
  test('a break that only old ends with: into a blank line, or only closing the line', () => {
    expect(done('\ta\n\nz\n', { old: '  a\n', new: '  b' })).toBe('\tb\nz\n');
    expect(done('\ta\nz\n', { old: '  a\n', new: '  b' })).toBe('\tb\nz\n');
  });
  test('a final break that the file lacks is not added', () =>
    expect(done('x\n\tb', { old: '  b\n', new: '  c\n' })).toBe('x\n\tc'));
  test('NFC for NFD, reported', () => {
    const result = locate('cafe\u0301 = 1\nx = 2\n', [{ old: 'café = 1\nx = 2', new: 'café = 1\nx = 3' }]);
    expect(result).toMatchObject({
      kind: 'located',
      text: 'cafe\u0301 = 1\nx = 3\n',
      notes: [expect.stringContaining('NFC/NFD')],
    });
  });
  test('the stronger match wins: right indentation over any', () =>
    expect(done('  a()  \n    a()\n', { old: '  a()\n', new: '  b()\n' })).toBe('  b()\n    a()\n'));
});

describe('refused, with help', () => {
  test.each([
    [
      'no match: nearest lines with numbers',
      'a\nfunction f(x) {\n  return x + 1;\n}\n',
      'function f(x) {\n  return x + 2;\n}',
      ['2: function f(x) {', 'line 3', 'return x + 2'],
    ],
    ['several: count and lines', 'x\na\nx\na\nx\n', 'a', ['2 times', 'lines 2, 4']],
    ['overlapping places count', 'aaa', 'aa', ['2 times']],
    ['several but for indentation', '\tfoo();\n\t\tfoo();\n', '  foo();\n', ['2 times', 'lines 1, 2']],
    [
      'several, one of them exact but for the first indentation',
      '  });\n});\n\n    });\n  });\n',
      '});\n});',
      ['2 times', 'lines 1, 4'],
    ],
    ['line numbers', 'one\ntwo\n', '1 | one\n2 | two', ['line numbers', '1: one']],
    ['line numbers with tabs', 'one\ntwo\n', '     1\tone\n     2\ttwo', ['line numbers']],
    ['elision', 'f() {\n  a();\n  b();\n}\n', 'f() {\n  // ... existing code ...\n}', ['line 2', 'left out']],
    ['omitted lines', 'a\nb\nc\n', 'a\nLines 2-40 omitted\nc', ['left out']],
    ['dots', 'f() {\n  a();\n}\n', 'f() {\n  ...\n}', ['left out']],
    ['typographic quotes', "say('hi')\n", 'say(‘hi’)', ["1: say('hi')", 'U+2018 U+2019']],
    ['typographic quotes in the file', 'say(“hi”)\n', 'say("hi")', ['1: say(“hi”)', 'U+201C U+201D']],
    ['no-break space', 'a\u00a0= 1\n', 'a = 1', ['U+00A0']],
    ['blanks inside a line', 'a  =  1\n', 'a = 1', ['only blanks inside', '1: a  =  1']],
    ['case', 'Hello World\n', 'hello world', ['upper and lower case']],
    ['nothing similar', 'abc', 'xyz', ['Nothing in it is similar']],
    ['empty', 'abc', '', ['old is empty', 'write']],
    ['only blanks', 'abc\n', ' \n ', ['only blanks']],
    ['one indent that means two', 'if a:\n  b\n    c\n', 'if a:\nb\nc', ['only in indentation']],
  ])('%s', (_, text, old, parts) => {
    const message = notDone(text, { old, new: 'something else' });
    for (const part of parts) expect(message).toContain(part);
  });

  test('the edit is done already', () =>
    expect(notDone('const total = 2;\n', { old: 'const total = 1;', new: 'const total = 2;' })).toContain('line 1'));
  test('no change', () => expect(notDone('a', { old: 'a', new: 'a' })).toContain('same'));
  test('no change but for line endings', () =>
    expect(notDone('a\r\nb', { old: 'a\nb', new: 'a\r\nb' })).toContain('same'));
  test('overlap', () =>
    expect(notDone('a b c\n', { old: 'a b', new: 'x' }, { old: 'b c', new: 'y' })).toMatch(
      /edit 1 and edit 2 overlap at line 1/,
    ));
  test('the same text twice', () =>
    expect(notDone('a\n', { old: 'a', new: 'x' }, { old: 'a', new: 'y' })).toContain('overlap'));
  test('an elision in new would be written', () =>
    expect(notDone('f() {\n  a();\n}\n', { old: '  a();', new: '  b();\n  // ... rest of the code ...' })).toContain(
      'new line 2',
    ));
  test('one of two: nothing applies, the failing one is named', () =>
    expect(notDone('a\n', { old: 'a', new: 'b' }, { old: 'zzz', new: 'y' })).toMatch(/^edit 2: /));
  test('an indentation that the rule does not cover', () =>
    expect(notDone('f\n\ta\n', { old: 'f\n    a', new: 'f\n    a\n  b' })).toContain('indentation'));
  test('the message is bounded', () => {
    const long = `${'long line '.repeat(500)}\n`.repeat(50);
    const edits = Array.from({ length: 50 }, (_, index) => ({ old: `long line ${index}x\n${long}`, new: '' }));
    expect(notDone(long, ...edits).length).toBeLessThanOrEqual(4001);
  });
});

test("JavaScript's spread and Python's Ellipsis are code", () => {
  expect(done('x', { old: 'x', new: '{\n  ...existing,\n  ...rest,\n  ...previous.lines,\n}' })).toContain(
    '...existing',
  );
  expect(done('def f(): pass', { old: 'pass', new: '\n    ...' })).toContain('...');
});

test('a large file is searched fast', () => {
  const text = Array.from({ length: 300_000 }, (_, index) => `line ${index} of a large file\r\n`).join('');
  const start = performance.now();
  done(text, { old: 'line 299999 of a large file\n', new: 'last\n' });
  notDone(text, { old: 'line 29999x of a large file\n', new: 'last\n' });
  expect(performance.now() - start).toBeLessThan(8000);
});
