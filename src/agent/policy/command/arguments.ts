/** The words of one command held against the table: which of them name files, or why it is not provably harmless. */
import type { Program } from './programs.ts';
import { mayBecome, type Word } from './script.ts';

export interface Named {
  readonly word: Word;
  /** `names`: its content is not shown. */
  readonly access: 'content' | 'names';
}

export type Understood =
  | {
      readonly names: readonly Named[];
      /** Any file that the repository keeps, or ever kept, may be among what it shows. */
      readonly whole?: 'now' | 'past';
    }
  | { readonly doubt: string };

/** `args`: the words after the program's name. */
export function readArguments(name: string, program: Program, args: readonly Word[]): Understood {
  const doubt = (why: string): Understood => ({ doubt: `${name} ${why}` });
  if (program.onlyAlone && (args.length !== 1 || !readFlag(program, args[0]?.text ?? '')))
    return doubt('runs what it is given');
  if (args.length === 1 && args[0]?.text === '--version') return { names: [] };
  const operands: Word[] = [];
  let hasPattern = program.operands !== 'pattern-files';
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as Word;
    const { text } = word;
    const isText = /^--[\w-]+=/.test(text);
    if (!program.hasHarmlessFlags && !isText && mayBecome(word, /^-/))
      return doubt(`is given ${text}, which may become a flag`);
    if (text === '--') {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (!text.startsWith('-') || text === '-') {
      operands.push(word);
      continue;
    }
    if (program.isCounted && /^-\d+$/.test(text)) continue;
    const flag = readFlag(program, text);
    if (!flag) return doubt(`is given ${text}, of which it is not known that it only reads`);
    if (flag.takesNext) {
      const value = args[++at];
      if (!value) return doubt(`is given ${text} without a value`);
      // Where a program wants the value joined, this is a flag.
      if ((value.isPattern && !program.hasHarmlessFlags) || (/^-/.test(value.text) && !/^-\d*$/.test(value.text)))
        return doubt(`is given ${value.text} behind ${text}`);
    }
    if (flag.names.some((one) => program.givesPattern?.includes(one))) hasPattern = true;
  }
  if (program.max !== undefined && operands.some(({ isPattern }) => isPattern))
    return doubt('is given a pattern, which may become several operands');
  if (program.max !== undefined && operands.length > program.max) return doubt(`is given ${operands.length} operands`);
  switch (program.operands) {
    case 'none':
      return operands.length > 0 ? doubt('is given operands') : { names: [] };
    case 'text':
      return { names: [] };
    case 'files':
    case 'names': {
      const access = program.operands === 'files' ? 'content' : 'names';
      return { names: files(operands).map((word) => ({ word, access })) };
    }
    case 'pattern-files':
      // A pattern may become several words.
      return {
        names: files(hasPattern || operands[0]?.isPattern ? operands : operands.slice(1)).map((word) => ({
          word,
          access: 'content',
        })),
      };
    default:
      return program.operands satisfies never;
  }
}

/** `-` is what comes in. */
const files = (operands: readonly Word[]): readonly Word[] => operands.filter(({ text }) => text !== '-');

interface Flag {
  readonly names: readonly string[];
  readonly takesNext: boolean;
}

function readFlag(
  { short = '', valued = '', joined = '', alone = '', whole, long = [], longValued = [], longJoined = [] }: Program,
  text: string,
): Flag | undefined {
  if (text === whole) return { names: [text], takesNext: false };
  if (text.startsWith('--')) {
    const [name = '', value] = text.slice(2).split(/=(.*)/s, 2);
    if (value === undefined && long.includes(name)) return { names: [name], takesNext: false };
    if (longJoined.includes(name)) return { names: [name], takesNext: false };
    if (longValued.includes(name)) return { names: [name], takesNext: value === undefined };
    return undefined;
  }
  const letters = [...text.slice(1)];
  if (letters.length === 1 && alone.includes(letters[0] ?? '')) return { names: letters, takesNext: true };
  for (const [index, letter] of letters.entries()) {
    if (valued.includes(letter)) return { names: letters.slice(0, index + 1), takesNext: index === letters.length - 1 };
    if (joined.includes(letter)) return { names: letters.slice(0, index + 1), takesNext: false };
    if (!short.includes(letter)) return undefined;
  }
  return { names: letters, takesNext: false };
}
