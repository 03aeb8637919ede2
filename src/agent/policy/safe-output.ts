/**
 * A command's output for a terminal that a person looks at: colours and the redrawing of its own lines stay, and nothing else.
 * What could write to the clipboard, rename the window, hide text, ask the terminal for an answer or move above the line that
 * says which command this is, is left out.
 */
import { eachPart, isColour, type Parts, type Sequence } from './control-sequence.ts';

/** NUL, bells and the like are left out. */
const PLAIN = /[^\p{Cc}]+|\t/uy;

/** Movements that never go up, by the letter of their sequence. */
const DOWN_OR_SIDE: ReadonlySet<string> = new Set(['B', 'C', 'D', 'E', 'G']);
/** The most that one movement may go: a terminal has no more of it. */
const MOST = 999;

/** Returns a function that takes decoded output, cut anywhere, and gives what may be written, with `\r\n` for a new line. */
export function safeOutput(): (text: string) => string {
  let carry = '';
  /** Where it writes, and how far it has come, in lines from the first one of the output: above that no movement goes. */
  let row = 0;
  let last = 0;

  const moved = ({ parameters, final }: Sequence): string => {
    const count = Math.min(MOST, Math.max(1, Number.parseInt(parameters, 10) || 1));
    if (!/^\d*$/.test(parameters)) return '';
    if (final === 'A' || final === 'F') {
      const up = Math.min(count, row);
      row -= up;
      return up > 0 ? `\u001b[${up}${final}` : final === 'F' ? '\r' : '';
    }
    if (final === 'B' || final === 'E') row = Math.min(last, row + count);
    return DOWN_OR_SIDE.has(final) ? `\u001b[${count}${final}` : '';
  };
  const kept = (sequence: Sequence, text: string): string => {
    const { parameters, final } = sequence;
    if (isColour(sequence)) return text;
    if (final === 'K' && /^[012]?$/.test(parameters)) return text;
    if (final === 'J' && /^0?$/.test(parameters)) return text;
    return moved(sequence);
  };

  let safe = '';
  const parts: Parts = {
    plain(text) {
      safe += text;
    },
    sequence(sequence, text) {
      safe += kept(sequence, text);
    },
    control(character) {
      if (character === '\n') {
        safe += '\r\n';
        row++;
        last = Math.max(last, row);
      } else if (character === '\r' || character === '\b') safe += character;
    },
  };
  return (text) => {
    safe = '';
    carry = eachPart(carry + text, PLAIN, parts);
    return safe;
  };
}
