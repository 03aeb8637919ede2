/** The line a program has begun and not ended: what it shows when it waits for an answer. */

const LONGEST = 400;

export interface LastLine {
  /** Text without control sequences. */
  add(text: string): void;
  /** `undefined`: the last line is ended, or nothing is on it. */
  open(): string | undefined;
}

export function lastLine(): LastLine {
  let line = '';
  return {
    add(text) {
      // A line that is begun anew replaces what stood there.
      const from = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
      line = (from >= 0 ? text.slice(from + 1) : line + text).slice(-LONGEST);
    },
    open: () => (line.trim() === '' ? undefined : line.trim()),
  };
}
