import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../../src/agent/edit/chunks.ts';
import { applyChunks, type PatchFile, parsePatch } from '../../../src/agent/edit/patch.ts';

const files = (text: string): readonly PatchFile[] => {
  const result = parsePatch(text);
  if ('fault' in result) throw new Error(result.fault);
  return result.files;
};
const faultOf = (text: string): string => {
  const result = parsePatch(text);
  if ('files' in result) throw new Error(JSON.stringify(result.files));
  return result.fault;
};
const chunksOf = (...lines: string[]): readonly Chunk[] => {
  const [file] = files(['*** Begin Patch', '*** Update File: f', ...lines, '*** End Patch'].join('\n'));
  if (file?.kind !== 'update') throw new Error('no update');
  return file.chunks;
};
const done = (text: string, ...lines: string[]): string => {
  const result = applyChunks(text, chunksOf(...lines));
  if (result.kind === 'failed') throw new Error(result.message);
  return result.text;
};
const notDone = (text: string, ...lines: string[]): string => {
  const result = applyChunks(text, chunksOf(...lines));
  if (result.kind === 'located') throw new Error(`located: ${result.text}`);
  return result.message;
};

const PATCH = `*** Begin Patch
*** Add File: docs/new file.md
+# New
+
+text
*** Update File: src/a.py
*** Move to: src/b.py
@@ class A
@@   def f(self):
     x = 1
-    y = 2
+    y = 3

@@
-end
*** End of File
*** Delete File: old.txt
*** End Patch`;
const READ: readonly PatchFile[] = [
  { kind: 'add', path: 'docs/new file.md', text: '# New\n\ntext\n' },
  {
    kind: 'update',
    path: 'src/a.py',
    moveTo: 'src/b.py',
    chunks: [
      {
        anchors: ['class A', '  def f(self):'],
        lines: [
          { mark: ' ', text: '    x = 1' },
          { mark: '-', text: '    y = 2' },
          { mark: '+', text: '    y = 3' },
          { mark: ' ', text: '' },
        ],
        atEnd: false,
      },
      { anchors: [], lines: [{ mark: '-', text: 'end' }], atEnd: true },
    ],
  },
  { kind: 'delete', path: 'old.txt' },
];
const bare = PATCH.split('\n').slice(1, -1).join('\n');

describe('read', () => {
  test.each([
    ['as the format has it', PATCH],
    ['with CRLF', PATCH.replaceAll('\n', '\r\n')],
    ['without the marks', bare],
    ['without the end', PATCH.replace('\n*** End Patch', '')],
    ['in a fence', `\`\`\`diff\n${PATCH}\n\`\`\``],
    ['in a fence, without the marks', `\`\`\`\n${bare}\n\`\`\`\n`],
    ['in a heredoc', `apply_patch <<'EOF'\n${PATCH}\nEOF`],
    ['in a heredoc, without the end', `apply_patch << "PATCH"\n${PATCH.replace('\n*** End Patch', '')}\nPATCH\n`],
    ['with a word before and after', `Here it is:\n\n${PATCH}\n\nDone.`],
    ['in two patches', PATCH.replace('*** Delete', '*** End Patch\n*** Begin Patch\n*** Delete')],
    ['with quoted paths', PATCH.replace('old.txt', '`old.txt`').replace('src/b.py', '"src/b.py"')],
    ['with a blank line of a new file that lacks its +', PATCH.replace('# New\n+\n', '# New\n\n')],
  ])('%s', (_, text) => expect(files(text)).toEqual(READ));

  test('the numbers of a unified hunk are left out', () =>
    expect(chunksOf('@@ -1,2 +1,3 @@ function f() {', ' a', '+b')).toEqual([
      {
        anchors: [],
        lines: [
          { mark: ' ', text: 'a' },
          { mark: '+', text: 'b' },
        ],
        atEnd: false,
      },
    ]));
  test('@@ that is closed as well', () => expect(chunksOf('@@ def f(): @@', '-a')[0]?.anchors).toEqual(['def f():']));
  test('a file that only moves', () =>
    expect(files('*** Update File: a\n*** Move to: b')).toEqual([
      { kind: 'update', path: 'a', moveTo: 'b', chunks: [] },
    ]));
  test('an empty new file', () => expect(files('*** Add File: a')).toEqual([{ kind: 'add', path: 'a', text: '' }]));
  test('lines that look like marks are text behind their sign', () =>
    expect(files('*** Add File: a\n+*** End Patch\n+```')).toEqual([
      { kind: 'add', path: 'a', text: '*** End Patch\n```\n' },
    ]));
  test('what follows an early end is not lost', () =>
    expect(files('*** Begin Patch\n*** Delete File: a\n*** End Patch\n*** Delete File: b')).toHaveLength(2));
});

describe('not read, with what to send', () => {
  test.each([
    ['nothing', '', ['*** Begin Patch', '*** Update File: path']],
    ['prose', 'I would change line 3.', ['Line 1', 'is before any *** Update File']],
    ['a unified diff', '--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b', ['unified diff', '*** Update File: path']],
    [
      'names of a unified diff inside',
      '*** Update File: f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b',
      ['leave out the lines ---', 'Line 2'],
    ],
    ['no path', '*** Begin Patch\n*** Update File: \n-a', ['Line 2', 'names no file']],
    ['a line without a sign', '*** Update File: f\n@@\n-a\nb\n+c', ['Line 4', '(b)', 'none of space, - and +']],
    ['a new file without +', '*** Add File: f\nhello', ['Line 2', 'starts with +', '*** Update File']],
    ['an unknown mark', '*** Update File: f\n*** Rename to: g\n-a', ['Line 2', '*** Move to: path']],
    ['an unknown mark in a new file', '*** Add File: f\n*** Move to: g', ['Line 2', '*** Move to: path']],
    ['something after delete', '*** Delete File: f\n-a', ['Line 2', 'nothing follows']],
    ['nothing to do', '*** Update File: f\n*** End Patch', ['nothing is said about f']],
    ['only context', '*** Update File: f\n@@ a\n b', ['no - or + line']],
    ['twice', '*** Delete File: f\n*** Add File: ./f\n+a', ['./f is named twice']],
    ['moved onto another', '*** Update File: f\n*** Move to: g\n*** Delete File: g', ['g is named twice']],
  ])('%s', (_, text, parts) => {
    for (const part of parts) expect(faultOf(text)).toContain(part);
  });
  test('bounded', () => expect(faultOf(`*** Update File: ${'f'.repeat(9000)}\n@@`).length).toBeLessThanOrEqual(4000));
});

const PYTHON = `class A:
    def f(self):
        return 1

    def g(self):
        return 2


class B:
    def f(self):
        return 1
`;

describe('applied', () => {
  test('several chunks, located on the original text', () =>
    expect(done('a\nb\nc\nd\n', ' a', '-b', '+c', '@@', '-c', '+b', ' d')).toBe('a\nc\nb\nd\n'));
  test('chunks out of order and chunks that share context', () =>
    expect(done('a\nb\nc\n', ' b', '-c', '+C', '@@', '-a', '+A', ' b')).toBe('A\nb\nC\n'));
  test('endings of the place; context keeps its own', () => {
    expect(done('a\r\nb\nc\r\n', ' a', '-b', '+B', '+x', ' c')).toBe('a\r\nB\nx\nc\r\n');
    expect(done('a\r\nb\r\n', ' a', '+x', ' b')).toBe('a\r\nx\r\nb\r\n');
  });
  test('a text without final break stays without', () => {
    expect(done('a\nb', '-b', '+c')).toBe('a\nc');
    expect(done('a\nb', ' b', '+c')).toBe('a\nb\nc');
    expect(done('a\r\nb', ' b', '+c')).toBe('a\r\nb\r\nc');
    expect(done('a\nb', ' a', '-b')).toBe('a\n');
  });
  test('a nested context picks one of several', () =>
    expect(done(PYTHON, '@@ class B:', '@@     def f(self):', '-        return 1', '+        return 3')).toBe(
      PYTHON.replace(/return 1\n$/, 'return 3\n'),
    ));
  test('the block of the context, not what follows it', () =>
    expect(done(PYTHON, '@@ class A:', '-        return 1', '+        return 3')).toBe(
      PYTHON.replace('return 1', 'return 3'),
    ));
  test('a context without its colon', () =>
    expect(done(PYTHON, '@@ class B', '-        return 1', '+        return 3')).toBe(
      PYTHON.replace(/return 1\n$/, 'return 3\n'),
    ));
  test('a context that is there several times, where only one block has the lines', () =>
    expect(done(PYTHON, '@@ def f(self):', ' ', '     def g(self):', '-        return 2')).toBe(
      PYTHON.replace('        return 2\n', ''),
    ));
  test('a context that the chunk repeats', () =>
    expect(done(PYTHON, '@@ class B:', ' class B:', '+    x = 1', '     def f(self):')).toContain(
      'class B:\n    x = 1\n    def f',
    ));
  test('in a flat file, what follows the context', () =>
    expect(done('# a\nx\n# b\nx\n', '@@ # b', '-x', '+y')).toBe('# a\nx\n# b\ny\n'));
  test('lines behind a context, and at the end', () => {
    expect(done('a\nb\n', '@@ a', '+x')).toBe('a\nx\nb\n');
    expect(done('a\nb\n', '+x', '*** End of File')).toBe('a\nb\nx\n');
    expect(done('a\nb', '+x', '*** End of File')).toBe('a\nb\nx');
    expect(done('', '+x', '*** End of File')).toBe('x\n');
  });
  test('the end picks the last of several', () =>
    expect(done('}\na\n}\n', '-}', '+};', '*** End of File')).toBe('}\na\n};\n'));
  test('indentation follows the file', () =>
    expect(done('\tif a:\n\t\tb\n', '     if a:', '         b', '+        if c:', '+            d')).toBe(
      '\tif a:\n\t\tb\n\t\tif c:\n\t\t\td\n',
    ));
  test('trailing blanks and composition', () => {
    expect(done('a  \nb\n', ' a', '-b', '+c ')).toBe('a  \nc \n');
    expect(done('cafe\u0301\nb\n', ' café', '-b', '+c')).toBe('cafe\u0301\nc\n');
  });
  test('blank lines that only set chunks off', () =>
    expect(done('a\nb\nc\n', '@@', '', '-a', '+A', '', '@@', ' b', '-c', '')).toBe('A\nb\n'));
  test('what was not taken literally is told', () =>
    expect(applyChunks('\ta\n\tb\n', chunksOf('   a', '-  b', '+  c'))).toEqual({
      kind: 'located',
      text: '\ta\n\tc\n',
      notes: ['chunk 1: line 1 was matched but for indentation; new lines follow the file.'],
    }));
});

describe('refused, with help', () => {
  test.each([
    ['nowhere', 'a\nfoo(bar)\nb\n', ['-foo(baz)', '+x'], ['2: foo(bar)', 'old has: foo(baz)']],
    ['several', 'x\na\nx\n', ['-x', '+y'], ['2 times (lines 1, 3)', '@@']],
    ['an unknown context', PYTHON, ['@@ class C:', '-        return 2'], ['@@ class C:', 'line 6', 'leave out @@']],
    [
      'above its context',
      PYTHON,
      ['@@ class B:', '-        return 2', '+        return 3'],
      ['(line 6)', 'not at or after @@ class B: (line 9)'],
    ],
    ['not at the end', 'a\nb\nc\n', ['-a', '+b', '*** End of File'], ['(line 1)', 'line 3', '*** End of File']],
    ['several after a context', 'h\nx\nk\nx\nk\nx\n', ['@@ h', '-k'], ['2 times (lines 3, 5)']],
    ['only new lines', 'a\n', ['+x'], ['does not say where', '*** End of File']],
    ['only new lines behind several', PYTHON, ['@@ def f(self):', '+  x'], ['2 times (lines 2, 10)', 'context lines']],
    ['only new lines behind half a line', 'foo(a,\n b)\n', ['@@ foo', '+x'], ['only the beginning of line 1']],
    ['overlap', 'a\nb\n', ['-a', '-b', '@@', '-b', '+c'], ['chunk 1 and chunk 2 overlap at line 2']],
    ['two insertions at one place', 'a\nb\n', [' a', '+x', '@@', '+y', ' b'], ['overlap at line 2']],
    ['no change', 'a\n', ['-a', '+a'], ['changes nothing']],
    ['an elision', 'a\nb\n', ['-a', '+x', '+// ... existing code ...'], ['left out']],
    ['an elision in context', 'a\nb\nc\n', [' a', ' // ... existing code ...', '-c'], ['left out, which is never']],
    ['line numbers', 'one\ntwo\n', [' 1 | one', '-2 | two'], ['line numbers']],
    ['an indentation that leaves it open', 'f\n\ta\n', [' f', '     a', '+  b'], ['indentation']],
  ])('%s', (_, text, lines, parts) => {
    for (const part of parts) expect(notDone(text, ...lines)).toContain(part);
  });
  test('one of two: nothing applies', () =>
    expect(notDone('a\nb\n', '-a', '@@', '-zzz')).toMatch(/^chunk 2: old is not in the file/));
  test('bounded', () => {
    const long = `${'long line '.repeat(500)}\n`.repeat(30);
    const chunks = Array.from({ length: 30 }, (_, index) => ['@@', `-${index} ${'long line '.repeat(500)}`]).flat();
    expect(notDone(long, ...chunks).length).toBeLessThanOrEqual(4000);
  });
});

/** A line is kept, goes, or is replaced; new lines may follow it. */
const change = fc.record({
  keep: fc.boolean(),
  touched: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
  put: fc.array(fc.constantFrom('new', 'a', '', '  b', 'c1'), { maxLength: 2 }),
});
const line = fc.oneof(
  { weight: 3, arbitrary: fc.nat(9).map((n) => `line ${n}`) },
  { weight: 1, arbitrary: fc.constantFrom('', '  ', '}', 'a', '\ta', '  a', 'b 𝒳é漢', 'line 1 ') },
);
const CASES = fc.record({
  lines: fc.array(fc.tuple(line, change), { minLength: 1, maxLength: 30 }),
  eol: fc.constantFrom('\n', '\r\n'),
  final: fc.boolean(),
  context: fc.nat(3),
  anchored: fc.boolean(),
});

/** The patch of these changes with so many lines of context, and the text it is meant to give. */
function rendered({ lines, eol, final, context, anchored }: typeof CASES extends fc.Arbitrary<infer T> ? T : never) {
  const texts = lines.map(([text]) => text);
  const touched = lines.map(([, { touched }]) => touched);
  const patch: string[] = [];
  const wanted: string[] = [];
  const near = (index: number, way: number) =>
    Array.from({ length: context + 1 }, (_, step) => touched[index + way * step]).some(Boolean);
  let open = false;
  for (const [index, [text, { keep, put }]] of lines.entries()) {
    if (!touched[index]) wanted.push(text);
    if (!near(index, 1) && !near(index, -1)) {
      open = false;
      continue;
    }
    if (!open) patch.push(anchored && index > 0 ? `@@ ${texts[index - 1]}` : '@@');
    open = true;
    if (!touched[index]) {
      patch.push(` ${text}`);
      continue;
    }
    wanted.push(...(keep ? [text] : []), ...put);
    patch.push(`${keep ? ' ' : '-'}${text}`, ...put.map((added) => `+${added}`));
  }
  const end = (all: readonly string[]) => all.map((each) => each + eol).join('');
  const before = final || texts.length === 1 || texts.at(-1) === '' ? end(texts) : end(texts).slice(0, -eol.length);
  return { patch, before, after: end(wanted), final, eol };
}

describe('properties', () => {
  const runs = { numRuns: Number(process.env.GOALWRIGHT_PROPERTY_RUNS ?? 3000) };
  test('a patch with its context gives the wanted text or a refusal, never another text', () => {
    let applied = 0;
    let all = 0;
    fc.assert(
      fc.property(CASES, (drawn) => {
        const { patch, before, after, final, eol } = rendered(drawn);
        const parsed = parsePatch(['*** Begin Patch', '*** Update File: f', ...patch, '*** End Patch'].join('\n'));
        if ('fault' in parsed) {
          expect(parsed.fault).toMatch(/no - or \+ line|nothing is said/);
          return;
        }
        const [file] = parsed.files;
        if (file?.kind !== 'update') throw new Error('no update');
        const result = applyChunks(before, file.chunks);
        all += 1;
        if (result.kind === 'failed') {
          expect(result.message.length).toBeGreaterThan(20);
          return;
        }
        applied += 1;
        const closed = (text: string) => (final || text.endsWith(eol) || text === '' ? text : text + eol);
        expect(closed(result.text)).toBe(after);
      }),
      runs,
    );
    // Most are unique enough to be applied: a parser that refuses all would prove nothing.
    expect(applied).toBeGreaterThan(all / 4);
  });
  test('any text is read or answered', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(...PATCH.split('\n'), '@@ -1 +1 @@', '--- a/f', '+++ b/f', '```', 'EOF', '*** Move to: x'),
            fc.string({ unit: 'grapheme' }),
          ),
        ),
        (lines) => {
          const result = parsePatch(lines.join('\n'));
          if ('fault' in result) {
            expect(result.fault.length).toBeLessThanOrEqual(4000);
            return;
          }
          for (const file of result.files)
            if (file.kind === 'update')
              for (const text of ['', 'a', PYTHON, lines.join('\r\n')]) {
                const applied = applyChunks(text, file.chunks);
                if (applied.kind === 'failed') expect(applied.message.length).toBeLessThanOrEqual(4000);
                else expect(applied.text).not.toBe(text);
              }
        },
      ),
      runs,
    ));
});
