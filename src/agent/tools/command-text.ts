/** A command's result for a model: how it ended, then what it printed, repeated lines folded, and what to do about a bad end. */
import type { CommandEnd, CommandResult } from '../ports.ts';
import { lackedTerminal } from './own-terminal.ts';

export interface Times {
  readonly timeoutMs: number;
  /** The longest time that can be asked for. */
  readonly longestMs: number;
}

export function commandText({ end, output, omitted, log, goesOn }: CommandResult, times: Times): string {
  const text = foldRepeats(output.trimEnd());
  const rest = log === undefined ? 'filter it if you need the rest' : `the rest: job ${log} from 0, or filter it`;
  const cut = omitted.bytes > 0 ? ` (output shortened by ${omitted.bytes} bytes; ${rest})` : '';
  if (goesOn !== undefined)
    return [
      `still running after ${times.timeoutMs / 1000} s: it goes on as ${goesOn}${cut}`,
      ...(text === '' ? [] : [text]),
      `[Wait for it with job ${goesOn} and wait_seconds, stop it, or do something else meanwhile.${asks(text) ? ' Its last line reads like a question, and it has no input.' : ''}]`,
    ].join('\n');
  const head = `${ending(end)}${text === '' && end.kind !== 'failed' ? ', no output' : cut}`;
  const advice = adviceFor(end, text, times);
  return [head, ...(text === '' ? [] : [text]), ...(advice ? [advice] : [])].join('\n');
}

/** How a command ended, in words. */
export function ending(end: CommandEnd): string {
  switch (end.kind) {
    case 'exit':
      return `exit code ${end.code}`;
    case 'signal':
      return `killed by ${end.signal}`;
    case 'timeout':
      return `timed out after ${end.afterMs / 1000} s and was ended with all it had started`;
    case 'stopped':
      return 'stopped by the person';
    case 'failed':
      return `not run: ${end.message}`;
  }
}

const TERMINAL =
  '[It needs a real terminal, and there is none: use a flag for scripts, or ask the person to run it in theirs.]';

/** A last line that waits for somebody. */
const PROMPT = /(\[y\/n\]|\(y(es)?\/n(o)?\)|password[^\n]*|passphrase[^\n]*|\? ?|continue\?.*|: )$/i;

const asks = (text: string): boolean => PROMPT.test(text.slice(text.lastIndexOf('\n') + 1));

function adviceFor(end: CommandEnd, text: string, { timeoutMs, longestMs }: Times): string | undefined {
  const failed = end.kind === 'timeout' || (end.kind === 'exit' && end.code !== 0);
  if (failed && asks(text))
    return '[It asked for input, and there is none: use a flag that answers (such as --yes), or ask the person.]';
  if (lackedTerminal({ end, output: text })) return TERMINAL;
  if (end.kind === 'timeout' && timeoutMs < longestMs)
    return `[If it only needs longer, set timeout_seconds (up to ${longestMs / 1000}).]`;
  if (end.kind === 'signal' && end.signal === 'SIGKILL')
    return '[Something ended it by force; often the memory was full.]';
  return undefined;
}

/** Runs of the same line as one line and a count. */
export function foldRepeats(text: string): string {
  const folded: string[] = [];
  let last: string | undefined;
  let repeats = 0;
  const flush = (): void => {
    if (last === undefined) return;
    folded.push(last);
    if (repeats === 1) folded.push(last);
    if (repeats > 1) folded.push(`[the same line ${repeats} more times]`);
  };
  for (const line of text.split('\n')) {
    if (line === last) repeats++;
    else {
      flush();
      last = line;
      repeats = 0;
    }
  }
  flush();
  return folded.join('\n');
}
