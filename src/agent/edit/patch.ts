/**
 * The patch format that some models are trained on (`*** Begin Patch`, `*** Update File: …`, `@@`, ` `/`-`/`+` lines), read
 * as data. What models commonly get wrong and means only one thing is taken; the rest is answered with what to send.
 */
import type { Chunk, PatchLine } from './chunks.ts';
import { bounded } from './spans.ts';

export { applyChunks } from './chunks.ts';

export type PatchFile =
  | { readonly kind: 'add'; readonly path: string; readonly text: string }
  | { readonly kind: 'delete'; readonly path: string }
  | {
      readonly kind: 'update';
      readonly path: string;
      readonly moveTo?: string;
      /** None where the file is only moved. */
      readonly chunks: readonly Chunk[];
    };

type Fault = { readonly fault: string };

const FORMAT = `Send:
*** Begin Patch
*** Update File: path
@@ line above the change
 context
-old line
+new line
*** End Patch`;

const fault = (text: string): Fault => ({ fault: bounded(text) });

/** Every file once, in the order of the patch. */
export function parsePatch(text: string): { readonly files: readonly PatchFile[] } | Fault {
  const lines = unwrap(text.replaceAll('\r\n', '\n').split('\n'));
  const sections = split(lines);
  if ('fault' in sections) return sections;
  const files: PatchFile[] = [];
  for (const section of sections) {
    const file = fileOf(section);
    if ('fault' in file) return file;
    files.push(file);
  }
  const twice = namedTwice(files);
  return twice === undefined
    ? { files }
    : fault(
        `${twice} is named twice. Put all that happens to a file under one *** line, with an @@ line before each chunk.`,
      );
}

interface Numbered {
  /** From 1, in the text as it was sent. */
  readonly number: number;
  readonly text: string;
}

const BEGIN = /^\*\*\* Begin Patch\s*$/;
const END = /^\*\*\* End Patch\s*$/;
const HEADER = /^\*\*\* (Add|Update|Delete) File:\s*(.*)$/;

/** What is between the marks, or from the first file on; without the fence or heredoc around it. */
function unwrap(lines: readonly string[]): readonly Numbered[] {
  const numbered = lines.map((text, index): Numbered => ({ number: index + 1, text }));
  const first = lines.findIndex((line) => BEGIN.test(line) || HEADER.test(line));
  if (first < 0) return numbered;
  const word = lines.slice(0, first + 1).flatMap((line) => /<<-?\s*['"]?(\w+)['"]?/.exec(line)?.[1] ?? [])[0];
  const end = lines.findLastIndex((line) => END.test(line));
  let last = lines.length - 1;
  if (end > lines.findLastIndex((line) => HEADER.test(line))) last = end;
  else while (last > first && isWrapping(lines[last] ?? '', word)) last--;
  return numbered.slice(first, last + 1).filter(({ text }) => !BEGIN.test(text) && !END.test(text));
}

const isWrapping = (line: string, word: string | undefined): boolean =>
  line.trim() === '' || /^\s*```\s*$/.test(line) || line.trim() === word;

interface Section {
  readonly verb: string;
  readonly path: string;
  readonly number: number;
  readonly lines: Numbered[];
}

function split(lines: readonly Numbered[]): readonly Section[] | Fault {
  const sections: Section[] = [];
  for (const line of lines) {
    const [, verb, path] = HEADER.exec(line.text) ?? [];
    if (verb !== undefined) {
      const named = pathOf(path ?? '');
      if (named === '') return fault(`Line ${line.number} of the patch names no file: *** ${verb} File: path`);
      sections.push({ verb, path: named, number: line.number, lines: [] });
    } else if (sections.length > 0) sections.at(-1)?.lines.push(line);
    else if (line.text.trim() !== '') return noHeader(lines, line);
  }
  return sections.length > 0 ? sections : fault(`The patch is empty. ${FORMAT}`);
}

function noHeader(lines: readonly Numbered[], first: Numbered): Fault {
  const unified = lines.some(({ text }) => /^(?:--- |\+\+\+ |diff --git |@@ -\d)/.test(text));
  return fault(
    unified
      ? `This is a unified diff. Name the file with *** Update File (*** Add File, *** Delete File) instead of ---/+++, and leave out line numbers. ${FORMAT}`
      : `Line ${first.number} of the patch (${clip(first.text)}) is before any *** Update File, *** Add File or *** Delete File line. ${FORMAT}`,
  );
}

function fileOf(section: Section): PatchFile | Fault {
  const { verb, path } = section;
  if (verb === 'Add') return addition(section);
  if (verb === 'Update') return update(section);
  const line = section.lines.find(({ text }) => text.trim() !== '');
  if (line) return fault(`Line ${line.number} of the patch (${clip(line.text)}): nothing follows *** Delete File.`);
  return { kind: 'delete', path };
}

function addition({ path, lines }: Section): PatchFile | Fault {
  const last = lines.findLastIndex(({ text }) => text.startsWith('+'));
  const content: string[] = [];
  for (const [index, { number, text }] of lines.entries()) {
    if (text.startsWith('+')) content.push(`${text.slice(1)}\n`);
    else if (text.trim() === '') content.push(index < last ? '\n' : '');
    else if (!END_OF_FILE.test(text) && !NO_BREAK.test(text))
      return fault(
        text.startsWith('*** ')
          ? unknownMark({ number, text })
          : `Line ${number} of the patch (${clip(text)}): each line of a new file starts with +. To change a file that is there, use *** Update File.`,
      );
  }
  return { kind: 'add', path, text: content.join('') };
}

const END_OF_FILE = /^\*\*\* End of File\s*$/;
const NO_BREAK = /^\\ No newline/;
const MOVE = /^\*\*\* Move to:\s*(.*)$/;
const UNIFIED = /^@@\s*-\d+(?:,\d+)? \+\d+(?:,\d+)?\s*@@/;

function update({ path, number, lines }: Section): PatchFile | Fault {
  const chunks: Draft[] = [];
  const names = lines.find(({ text }, index) => /^--- /.test(text) && /^\+\+\+ /.test(lines[index + 1]?.text ?? ''));
  if (names && lines.indexOf(names) < 4 && lines[lines.indexOf(names) + 2]?.text.startsWith('@@'))
    return fault(`Line ${names.number} of the patch (${clip(names.text)}): leave out the lines --- and +++. ${FORMAT}`);
  let moveTo: string | undefined;
  /** The last chunk goes on. */
  let open = false;
  for (const line of lines) {
    const { text } = line;
    const last = open ? chunks.at(-1) : undefined;
    const target = MOVE.exec(text)?.[1];
    if (target !== undefined && chunks.length === 0) moveTo = pathOf(target);
    else if (text.startsWith('@@')) {
      const anchors = UNIFIED.test(text) ? [] : anchorOf(text);
      // Several @@ lines in a row are nested.
      if (last?.lines.length === 0) last.anchors.push(...anchors);
      else chunks.push({ anchors, lines: [], atEnd: false });
      open = true;
    } else if (END_OF_FILE.test(text)) {
      if (last) last.atEnd = true;
      open = false;
    } else if (text.startsWith('*** ')) return fault(unknownMark(line));
    else if (!NO_BREAK.test(text) && (last || text.trim() !== '')) {
      const read = lineOf(line);
      if ('fault' in read) return read;
      if (last) last.lines.push(read);
      else chunks.push({ anchors: [], lines: [read], atEnd: false });
      open = true;
    }
  }
  if (chunks.some((chunk) => !chunk.lines.some(({ mark }) => mark !== ' ')))
    return fault(`A chunk of ${path} has no - or + line. ${FORMAT}`);
  if (chunks.length === 0 && !moveTo)
    return fault(`Line ${number} of the patch: nothing is said about ${path}. ${FORMAT}`);
  return { kind: 'update', path, ...(moveTo && { moveTo }), chunks };
}

interface Draft {
  readonly anchors: string[];
  readonly lines: PatchLine[];
  atEnd: boolean;
}

/** A blank line without its leading space is a blank line of the file. */
function lineOf({ number, text }: Numbered): PatchLine | Fault {
  const mark = text[0];
  if (mark === '-' || mark === '+' || mark === ' ') return { mark, text: text.slice(1) };
  if (text.trim() === '') return { mark: ' ', text };
  return fault(
    `Line ${number} of the patch (${clip(text)}) starts with none of space, - and +. Put a space before lines that stay, - before lines that go, + before new ones.`,
  );
}

const anchorOf = (text: string): string[] => {
  const anchor = text
    .slice(2)
    .replace(/^ /, '')
    .replace(/\s+@@\s*$/, '')
    .trimEnd();
  return anchor.trim() === '' ? [] : [anchor];
};

const pathOf = (text: string): string => text.trim().replace(/^(["'`])(.+)\1$/, '$2');

const unknownMark = ({ number, text }: Numbered): string =>
  `Line ${number} of the patch (${clip(text)}) is none of *** Add File: path, *** Update File: path, *** Move to: path (right after Update), *** Delete File: path, *** End of File, *** End Patch. A line of the file itself starts with space, - or +.`;

/** The first path that two sections claim, as a source or as a target. */
function namedTwice(files: readonly PatchFile[]): string | undefined {
  const seen = new Set<string>();
  const paths = files.flatMap((file) => ('moveTo' in file && file.moveTo ? [file.path, file.moveTo] : [file.path]));
  return paths.find((path) => {
    const plain = path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
    return seen.size === seen.add(plain).size;
  });
}

const clip = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
