/** Cuts a stream of bytes into lines of bounded memory: a line of 50 MB costs no more than one of 64 KB. */
import { StringDecoder } from 'node:string_decoder';

export interface LongLine {
  /** The line, or its beginning. */
  readonly head: string;
  /** The last characters of a line that did not fit; '' otherwise. */
  readonly tail: string;
}

const TAIL = 4096;

export interface LineSplitter {
  push(bytes: Buffer): void;
  /** Delivers what came after the last end of a line. */
  end(): void;
}

/** Calls `onLine` for each line, without its end. `eol`: what ends a line. */
export function lineSplitter(limit: number, onLine: (line: LongLine) => void, eol = '\n'): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let head = '';
  let tail = '';
  const add = (text: string): void => {
    const room = Math.max(0, limit - head.length);
    head += text.slice(0, room);
    if (text.length > room) tail = (tail + text.slice(room)).slice(-TAIL);
  };
  const emit = (): void => {
    onLine({ head, tail });
    head = '';
    tail = '';
  };
  return {
    push(bytes) {
      const parts = decoder.write(bytes).split(eol);
      for (const [index, part] of parts.entries()) {
        if (index > 0) emit();
        add(part);
      }
    },
    end() {
      add(decoder.end());
      if (head !== '') emit();
    },
  };
}
