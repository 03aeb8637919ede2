/** Rows of area `content`: text from somewhere, its size, or a pattern to search for. */
import * as z from 'zod';
import { alertsIn } from '../../edit/alerts.ts';
import { MAX_BYTES } from '../../edit/text-file.ts';
import { actingSequence } from '../control-sequence.ts';
import { dataFindings, nameFinding } from '../data.ts';
import { backtracks, globExplodes } from '../pattern.ts';
import { MAX_BODY } from '../response.ts';
import { type Form, form, judgeForms, type Ruling, ruling } from './ruling.ts';

const Given = z.object({
  from: z.string(),
  text: z.string().optional(),
  textParts: z.array(z.string()).optional(),
  repeat: z.number().int().positive().default(1),
});
/** Characters of a repeated text that are looked at. */
const SAMPLE = 100_000;

/** Bytes of what a program printed or a server answered that are kept: beginning and end. */
const KEPT = 1024 * 1024;
const FETCHED = new Set(['web', 'page', 'url', 'mcp']);

const FORMS: readonly Form[] = [
  form(Given, ({ from, text, textParts, repeat }) => {
    const once = text ?? textParts?.join('');
    if (once === undefined) return undefined;
    const times = Math.max(1, Math.min(repeat, Math.ceil(SAMPLE / Math.max(1, once.length))));
    return bySize(from, once.length * repeat) ?? judgeText(from, once.repeat(times));
  }),
  form(
    z.object({ from: z.string().default('file'), bytes: z.number() }),
    ({ from, bytes }) => bySize(from, bytes) ?? ruling('allow', 'size', 'It is small enough to be read.'),
  ),
  form(z.object({ tool: z.enum(['search', 'grep', 'find', 'glob']), pattern: z.string() }), ({ tool, pattern }) => {
    const isGlob = tool === 'find' || tool === 'glob';
    const why = isGlob ? globExplodes(pattern) && 'stands for too many names' : backtracks(pattern);
    return why
      ? ruling('sanitize', 'pattern', `The pattern ${why}: only ripgrep, in linear time, is given it.`)
      : ruling('allow', 'pattern', 'The pattern is read in a time that grows with the text alone.');
  }),
];

/** Files and pages are refused whole; of output the middle is left out. */
function bySize(from: string, bytes: number): Ruling | undefined {
  const limit = from === 'terminal' ? KEPT : FETCHED.has(from) ? MAX_BODY : MAX_BYTES;
  if (bytes <= limit) return undefined;
  const size = `It is ${Math.round(bytes / 1024 / 1024)} MB`;
  return from === 'terminal'
    ? ruling('sanitize', 'size', `${size}: its beginning and its end are shown, the rest is in a file.`)
    : ruling('deny', 'size', `${size}; ${limit / 1024 / 1024} MB is the limit. Read parts of it.`);
}

/** Places whose text is names, one a line, and those whose text is one name. */
const LISTS = new Set(['list', 'names', 'tree']);
const NAMES = new Set(['filename', 'name', 'path', 'branch', 'folder']);

function judgeText(from: string, text: string): Ruling {
  if (LISTS.has(from) || NAMES.has(from)) {
    const finding = (NAMES.has(from) ? [text] : text.split('\n')).map(nameFinding).find(Boolean);
    return finding ? ruling('sanitize', finding.rule, finding.reason) : plain;
  }
  if (from === 'terminal') {
    const acts = actingSequence(text);
    if (acts) return ruling('sanitize', 'terminal-sequence', `The output holds ${acts}: it is taken out.`);
  }
  const coloured = from === 'terminal' ? text.replace(COLOUR, '') : text;
  const findings = dataFindings(coloured);
  const shown = findings.find(({ kind }) => kind === 'shown');
  if (shown) return ruling('sanitize', shown.rule, shown.reason);
  const instruction = findings.find(({ kind }) => kind === 'instruction');
  if (instruction) return ruling('ask', instruction.rule, instruction.reason);
  const [alert] =
    from === 'edit'
      ? alertsIn(
          'new.json',
          coloured.split('\n').map((line, index) => ({ line: index + 1, text: line })),
        )
      : [];
  return alert === undefined ? plain : ruling('ask', 'edit-alert', alert);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
const COLOUR = /(?:\u001b\[|\u009b)[\d;:]*m/g;
const plain = ruling('allow', 'plain-text', 'Nothing in it looks like anything but text.');

export const judgeContent = (input: unknown): Ruling => judgeForms('content', FORMS, input);
