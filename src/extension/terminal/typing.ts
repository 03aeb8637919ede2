/**
 * What a person types for a command that has no terminal of its own: a line is gathered, shown as it is typed and handed over
 * with Enter. Pure.
 */

export interface Typed {
  /** To be shown. */
  readonly echo: string;
  /** Lines for the command, each with its newline; Ctrl+D closes its input. */
  readonly lines: readonly string[];
  readonly closes: boolean;
  /** Ctrl+C. */
  readonly stops: boolean;
}

/** Keys that send a sequence (arrows, …) move nothing here. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal sends them
const KEY = /\u001b(?:\[[\x20-\x3f]*[\x40-\x7e]|O.|.)?/gsu;

/** Returns a function that takes what a terminal sends. */
export function lineTyping(): (data: string) => Typed {
  let line = '';
  return (data) => {
    const lines: string[] = [];
    let echo = '';
    let closes = false;
    let stops = false;
    for (const character of data.replace(KEY, '')) {
      if (character === '\r' || character === '\n') {
        lines.push(`${line}\n`);
        line = '';
        echo += '\r\n';
      } else if (character === '\u007f' || character === '\b') {
        const last = [...line].at(-1);
        if (last === undefined) continue;
        line = line.slice(0, -last.length);
        echo += isWide(last) ? '\b\b  \b\b' : '\b \b';
      } else if (character === '\u0003') {
        stops = true;
        line = '';
        echo += '^C\r\n';
      } else if (character === '\u0004') closes = line === '';
      else if (character === '\t' || character >= ' ') {
        line += character;
        echo += character === '\t' ? ' ' : character;
      }
    }
    return { echo, lines, closes, stops };
  };
}

/** Two columns of a terminal. */
const isWide = (character: string): boolean =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
    character,
  );
