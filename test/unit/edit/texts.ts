/** Random texts as files have them: several encodings, every line ending, repeated and blank lines. */
import fc from 'fast-check';
import iconv from 'iconv-lite';
import type { FileContent, ResolvedPath } from '../../../src/agent/ports.ts';
import type { Act } from '../../../src/agent/run/perform.ts';
import type { Proposal } from '../../../src/agent/tools/tool.ts';

/** How files may be encoded; `host`: what the host has to say, since the bytes do not. */
export const ENCODINGS = [
  { name: 'utf8', bom: [], host: undefined, letters: 'abc äé€ 漢字 𝒳😀 {}()="\'`$&\\' },
  { name: 'utf8', bom: [0xef, 0xbb, 0xbf], host: undefined, letters: 'abc äé€ 漢字 😀 {}$1' },
  { name: 'utf16le', bom: [0xff, 0xfe], host: undefined, letters: 'abc äé€ 漢字 😀 \u0a0d\u0d0a {}' },
  { name: 'utf16be', bom: [0xfe, 0xff], host: undefined, letters: 'abc äé€ 漢字 😀 \u0a0d\u0d0a {}' },
  { name: 'iso88591', bom: [], host: 'iso88591', letters: 'abc äöüß ÿ £§ {}' },
  { name: 'windows1252', bom: [], host: 'windows1252', letters: 'abc äöüß €“”’… {}' },
  { name: 'gbk', bom: [], host: 'gbk', letters: 'abc 中文字符编码乱码 {}\\|' },
  { name: 'gb18030', bom: [], host: 'gb18030', letters: 'abc 中文😀é {}' },
  { name: 'shiftjis', bom: [], host: 'shiftjis', letters: 'abc 日本語ソ表能カタカナ {}' },
  { name: 'eucjp', bom: [], host: 'eucjp', letters: 'abc 日本語カナ {}' },
  { name: 'big5', bom: [], host: 'big5', letters: 'abc 繁體中文功許 {}' },
] as const;

export const bytesOf = (
  text: string,
  { name, bom }: { readonly name: string; readonly bom: readonly number[] },
): Buffer => Buffer.concat([Buffer.from(bom), iconv.encode(text, name, { addBOM: false })]);

const eols = fc.oneof(fc.constantFrom(['\n'], ['\r\n'], ['\r']), fc.constant(['\n', '\r\n']));

/** Lines of these letters; some are repeated, some blank, most are told apart by a number. */
export const textIn = (letters: string): fc.Arbitrary<string> => {
  const chars = [...letters];
  const words = fc.array(fc.constantFrom(...chars), { maxLength: 12 }).map((parts) => parts.join(''));
  const line = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(words, fc.nat(999), words).map(([a, n, b]) => `${a}${n}${b}`) },
    { weight: 1, arbitrary: fc.constantFrom('', '  ', '}', 'same') },
  );
  return fc
    .tuple(eols, fc.array(fc.tuple(line, fc.nat(5)), { maxLength: 25 }), fc.boolean())
    .map(([kinds, lines, final]) =>
      lines
        .map(
          ([text, kind], index) =>
            text + (index < lines.length - 1 || final ? (kinds[kind % kinds.length] ?? '\n') : ''),
        )
        .join(''),
    );
};

export const file = (path = 'src/a.ts', links = 1): ResolvedPath => ({
  given: path,
  real: `/ws/${path}`,
  relative: path,
  lexical: path,
  exists: true,
  kind: 'file',
  links,
});

export const content = (bytes: Uint8Array | string, more: Partial<FileContent> = {}): FileContent => ({
  bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
  mode: 0o644,
  ...more,
});

/** The proposal of a call that changes one file. */
export function onlyProposal(effect: Act['effect']): Proposal & { readonly after: Uint8Array } {
  const [proposal] = effect.kind === 'edit' ? effect.proposals : [];
  if (!proposal?.after) throw new Error(`${effect.kind}: no change of a file`);
  return { ...proposal, after: proposal.after };
}
