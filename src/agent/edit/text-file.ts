/**
 * A text file as bytes and as text. The encoding and the BOM are found once and put back when the text is encoded; both
 * directions are *proven* by running them backwards, so a file we cannot hold exactly is refused instead of damaged.
 * Line endings stay in the text as they are (lines.ts lets replacements adopt them).
 */
import iconv from 'iconv-lite';
import { hashOf } from '../hash.ts';
import type { FileContent, Hash } from '../ports.ts';
import { hasOneEol } from './lines.ts';

export interface TextFile {
  /** Without BOM, line endings untouched. */
  readonly text: string;
  /** iconv-lite name. */
  readonly encoding: string;
  readonly bom: boolean;
}

/** Why bytes are no text we can keep, or text does not fit an encoding: one sentence for the model. */
export interface TextFault {
  readonly fault: string;
}

/** What a new file is written as, by the name of the encoding the host would make it in; as VS Code does it. */
export const newFile = (encoding = 'utf8'): Omit<TextFile, 'text'> => ({
  encoding: named(encoding),
  bom: /^utf(?:8bom|16le|16be)$/.test(encoding),
});

/** The largest file we edit: VS Code opens no larger one for extensions. */
export const MAX_BYTES = 50 * 1024 * 1024;

const BOMS: readonly { readonly encoding: string; readonly bytes: readonly number[] }[] = [
  { encoding: 'utf8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf16be', bytes: [0xfe, 0xff] },
];

/** The BOM wins, then the encoding the host names, then strict UTF-8. What is too large is not looked at. */
export function decode(bytes: Uint8Array, encoding?: string): TextFile | TextFault {
  if (bytes.length > MAX_BYTES) return { fault: `is ${Math.round(bytes.length / 1024 / 1024)} MB; 50 MB is the limit` };
  const mark = BOMS.find((bom) => bom.bytes.every((byte, index) => bytes[index] === byte));
  const body = mark ? bytes.subarray(mark.bytes.length) : bytes;
  const candidates = mark ? [mark.encoding] : [...new Set([...(encoding ? [named(encoding)] : []), 'utf8'])];
  for (const candidate of candidates) {
    const text = decodeExactly(body, candidate);
    if (text !== undefined && isText(text)) return { text, encoding: candidate, bom: mark !== undefined };
  }
  return { fault: body.includes(0) ? 'is a binary file' : `is binary or not ${candidates.join(' or ')} text` };
}

/** The bytes of `text` in the file's encoding, or which character that encoding lacks. */
export function encode(text: string, file: Pick<TextFile, 'encoding' | 'bom'>): Uint8Array | TextFault {
  const body = encodeBody(text, file.encoding);
  const back = body && decodeBody(body, file.encoding);
  if (body === undefined || back === undefined) return { fault: `has an unknown encoding (${file.encoding})` };
  if (back !== text) {
    const at = firstDifference(text, back);
    return {
      fault: `is ${file.encoding}, which cannot hold ${nameOf(text.codePointAt(at) ?? 0)}; write that character another way`,
    };
  }
  const mark = file.bom ? BOMS.find((bom) => bom.encoding === file.encoding)?.bytes : undefined;
  return mark ? concat(Uint8Array.from(mark), body) : body;
}

/** Whether a VS Code document can hold these bytes exactly: it has one line ending, one encoding and a size limit. */
export function representable(bytes: Uint8Array, encoding?: string): true | { readonly reason: string } {
  if (bytes.length > MAX_BYTES) return { reason: 'larger than 50 MB' };
  const file = decode(bytes, encoding);
  if ('fault' in file) return { reason: file.fault };
  return hasOneEol(file.text) || { reason: 'mixed line endings' };
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** "U+2019": how a character is named where it could mislead or not be shown. */
export const nameOf = (codePoint: number): string => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;

/** VS Code's names are iconv-lite's but for this one. */
const named = (encoding: string): string => (encoding === 'utf8bom' ? 'utf8' : encoding);

function decodeExactly(body: Uint8Array, encoding: string): string | undefined {
  const text = decodeBody(body, encoding);
  const back = text === undefined ? undefined : encodeBody(text, encoding);
  return back && sameBytes(back, body) ? text : undefined;
}

const decodeBody = (body: Uint8Array, encoding: string): string | undefined =>
  iconv.encodingExists(encoding) ? iconv.decode(body, encoding, { stripBOM: false }) : undefined;

const encodeBody = (text: string, encoding: string): Uint8Array | undefined =>
  iconv.encodingExists(encoding) ? iconv.encode(text, encoding, { addBOM: false }) : undefined;

/** Single-byte encodings decode anything, so what comes out is looked at: text has no NUL and few control characters. */
function isText(text: string): boolean {
  if (text.includes('\0')) return false;
  const head = text.slice(0, 8192);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const controls = head.match(/[\x01-\x07\x0e-\x1a\x1c-\x1f\x7f]/g)?.length ?? 0;
  return controls * 10 <= head.length;
}

function firstDifference(a: string, b: string): number {
  let index = 0;
  while (index < a.length && a.codePointAt(index) === b.codePointAt(index)) {
    index += (a.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** What a reader of the file sees, by its hash: the unsaved text of an editor where there is one. */
export const contentHash = ({ bytes, unsaved }: Pick<FileContent, 'bytes' | 'unsaved'>): Hash =>
  hashOf(unsaved ?? bytes);
