/**
 * A command's output as a model gets it: what a terminal would show in the end, its beginning and its end. Of a flood only
 * both ends are rendered; the middle is counted line by line and dropped, so that a gigabyte costs a second, not a minute.
 */
import { type Bounds, boundedText } from './bounded-text.ts';
import { terminalText } from './terminal-text.ts';

export interface RenderedOutput {
  write(text: string): void;
  /** Adds a line of our own, then ends the output. */
  end(remark?: string): { readonly text: string; readonly omitted: { readonly bytes: number; readonly lines: number } };
}

/** Characters rendered as they come, and of what follows the characters kept until the end is known. */
const AT_ONCE = 256 * 1024;
const WAITING = 1024 * 1024;

export function renderedOutput(bounds: Bounds): RenderedOutput {
  const kept = boundedText(bounds);
  const screen = terminalText(kept.add);
  let rendered = 0;
  let queue: string[] = [];
  let first = 0;
  let waiting = 0;
  let skipping = false;

  /** Drops the oldest text that waits, on the end of a line where it has one. */
  const skip = (): void => {
    let gone = queue[first++] ?? '';
    waiting -= gone.length;
    if (!skipping) {
      // The line on the screen is not finished: its rest is still shown.
      const end = gone.indexOf('\n') + 1;
      screen.write(gone.slice(0, end));
      gone = gone.slice(end);
      screen.end();
      skipping = true;
    }
    const whole = gone.lastIndexOf('\n') + 1;
    if (whole > 0 && first < queue.length) {
      queue[first] = gone.slice(whole) + queue[first];
      waiting += gone.length - whole;
      gone = gone.slice(0, whole);
    }
    kept.skip(gone);
    if (first > 1000 && first * 2 > queue.length) {
      queue = queue.slice(first);
      first = 0;
    }
  };

  return {
    write(text) {
      if (rendered < AT_ONCE) {
        rendered += text.length;
        screen.write(text);
        return;
      }
      queue.push(text);
      waiting += text.length;
      while (waiting > WAITING && queue.length - first > 1) skip();
    },
    end(remark) {
      for (const text of queue.slice(first)) screen.write(text);
      screen.end();
      if (remark !== undefined) kept.add(remark, 0);
      return kept.result();
    },
  };
}
