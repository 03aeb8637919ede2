/**
 * What a terminal would show in the end, as plain text: a progress bar that was redrawn a thousand times is one line. The
 * last lines stay open, because programs move up and redraw them; what scrolls out of them is final and handed on.
 */
import { stripVTControlCharacters } from 'node:util';
import { eachPart, type Parts, type Sequence, sequenceAt } from '../../agent/policy/control-sequence.ts';

export interface TerminalText {
  /** Decoded output, cut anywhere. */
  write(text: string): void;
  /** Hands on the open lines. */
  end(): void;
}

/** How far up a program can go to redraw. */
const OPEN_LINES = 40;
/** Characters of one line; what is written beyond is counted, not kept. */
const LINE_LIMIT = 16 * 1024;
/** Text up to the next character that is more than itself. NUL stays: it tells binary data. */
const PLAIN = /[^\p{Cc}]+|[\0\t]/uy;

/** `onLine` gets each line that can no longer change, and how many of its characters were not kept. */
export function terminalText(onLine: (line: string, dropped: number) => void): TerminalText {
  const screen = openLines(onLine);
  const parts: Parts = {
    plain: screen.put,
    sequence: screen.obey,
    control(character) {
      if (character === '\n') screen.newLine();
      else if (character === '\r') screen.column(0);
      else if (character === '\b') screen.column(-1);
    },
  };
  let carry = '';
  return {
    write(text) {
      carry = eachPart(carry + text, PLAIN, parts);
    },
    end() {
      carry = '';
      screen.close();
    },
  };
}

/** The lines that can still change, and where the next character goes. */
function openLines(onLine: (line: string, dropped: number) => void) {
  let lines = [{ text: '', dropped: 0 }];
  let row = 0;
  let column = 0;
  const here = (): { text: string; dropped: number } => {
    const line = lines[row] ?? { text: '', dropped: 0 };
    lines[row] = line;
    return line;
  };
  const goTo = (toRow: number, toColumn: number): void => {
    row = Math.min(Math.max(0, toRow), lines.length - 1);
    column = Math.min(Math.max(0, toColumn), LINE_LIMIT);
  };
  const reset = (): void => {
    lines = [{ text: '', dropped: 0 }];
    goTo(0, 0);
  };
  return {
    put(text: string): void {
      const line = here();
      const kept = text.slice(0, LINE_LIMIT - column);
      line.dropped += text.length - kept.length;
      line.text =
        column === line.text.length
          ? line.text + kept
          : line.text.slice(0, column).padEnd(column) + kept + line.text.slice(column + kept.length);
      column += kept.length;
    },
    newLine(): void {
      row++;
      column = 0;
      if (row === lines.length) lines.push({ text: '', dropped: 0 });
      if (lines.length <= OPEN_LINES) return;
      const gone = lines.shift();
      if (gone) onLine(gone.text, gone.dropped);
      row--;
    },
    /** To the beginning of the line (0), or one back (-1). */
    column: (to: 0 | -1): void => goTo(row, to === 0 ? 0 : column - 1),
    obey({ parameters, final }: Sequence): void {
      const [first = 0, second = 0] = parameters.split(';').map((part) => Number.parseInt(part, 10) || 0);
      const count = Math.max(1, first);
      const line = here();
      if (final === 'A') goTo(row - count, column);
      else if (final === 'B') goTo(row + count, column);
      else if (final === 'C') goTo(row, column + count);
      else if (final === 'D') goTo(row, column - count);
      else if (final === 'E') goTo(row + count, 0);
      else if (final === 'F') goTo(row - count, 0);
      else if (final === 'G') goTo(row, count - 1);
      else if (final === 'H' || final === 'f') goTo(count - 1, second - 1);
      else if (final === 'K' && first === 0) line.text = line.text.slice(0, column);
      else if (final === 'K' && first === 1) line.text = ' '.repeat(column) + line.text.slice(column);
      else if (final === 'K') line.text = '';
      else if (final === 'J' && first === 0) {
        line.text = line.text.slice(0, column);
        lines.length = row + 1;
      } else if (final === 'J' && first >= 2) reset();
    },
    close(): void {
      if (lines.at(-1)?.text === '') lines.pop();
      for (const { text, dropped } of lines) onLine(text, dropped);
      reset();
    },
  };
}

/** Passes output on as it comes, without control sequences, for a view that shows it live. */
export function liveText(onText: (text: string) => void): (text: string) => void {
  let carry = '';
  return (text) => {
    const all = carry + text;
    const last = Math.max(all.lastIndexOf('\u001b'), all.lastIndexOf('\u009b'));
    const whole = last >= 0 && sequenceAt(all, last) === 'unfinished' ? last : all.length;
    carry = all.slice(whole);
    const plain = stripVTControlCharacters(all.slice(0, whole));
    if (plain !== '') onText(plain);
  };
}
