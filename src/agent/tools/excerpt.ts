/** A part of a text for a model: whole lines, bounded, and the next step named when something is missing. */
import { linesOf } from '../edit/lines.ts';
import type { Span } from './span.ts';

export interface Excerpt {
  /** What follows the file's name in the header: "120 lines", "lines 10-80 of 340". */
  readonly header: string;
  readonly text: string;
}

/**
 * `limit`: UTF-8 bytes of text. `numbered`: each line after its number. `next`: what to do about the rest, where it is not
 * a file that can be read on.
 */
export function excerpt(
  content: string,
  { path, from, to }: Span,
  { limit, numbered, next }: { readonly limit: number; readonly numbered: boolean; readonly next?: string },
): Excerpt {
  const lines = linesOf(content);
  if (lines.length === 0) return { header: 'empty', text: '' };
  if (from > lines.length) return { header: `${count(lines.length)}, none from ${from} on`, text: '' };
  const wanted = Math.min(to ?? lines.length, lines.length);
  const shown: string[] = [];
  let size = 0;
  for (let line = from; line <= wanted; line++) {
    const { text = '', eol = '' } = lines[line - 1] ?? {};
    const whole = `${numbered ? `${line}\t` : ''}${text}${eol === '\r\n' ? '\n' : eol}`;
    const bytes = bytesOf(whole);
    if (size + bytes > limit) break;
    size += bytes;
    shown.push(whole);
  }
  const last = from + shown.length - 1;
  const all = from === 1 && last === lines.length;
  if (shown.length === 0)
    return { header: `line ${from} of ${lines.length}`, text: `${beginning(lines[from - 1]?.text ?? '', limit)}\n` };
  const header = all ? count(lines.length) : `lines ${from}-${last} of ${lines.length}`;
  const body = shown.join('');
  const rest = `${last + 1}-${wanted}`;
  const gap = last < wanted ? `[lines ${rest} left out; ${next ?? `read ${path}:${rest}`}]\n` : '';
  return { header, text: `${body}${body.endsWith('\n') ? '' : '\n'}${gap}` };
}

const count = (lines: number): string => (lines === 1 ? '1 line' : `${lines} lines`);

/** A single line longer than all that may be shown. */
function beginning(line: string, limit: number): string {
  const head = line.slice(0, Math.floor(limit / 4));
  return `${head}\n[this line has ${line.length} characters, the first ${head.length} are shown; use search or run to look further into it]`;
}

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;
