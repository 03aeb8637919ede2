/** The command line of `goalwright`, parsed and checked. A wrong line is answered with what to write instead. */
import { parseArgs } from 'node:util';
import type { Limits, Mode } from '../agent/journal/event.ts';

export const USAGE = `usage: goalwright run "GOAL" [options]

  --cwd DIR            folder to work in (default: this one)
  --approve WHAT       all: edits and commands (needs a limit; 40 steps if none is given), edits: edits only, none: nothing.
                       Without it you are asked here, one by one; where nobody can answer, it is none
  --model ID           model name (default: OPENAI_MODEL or gpt-5.1)
  --base-url URL       OpenAI-compatible server (default: OPENAI_BASE_URL or https://api.openai.com/v1)
  --max-steps N        limits; reaching one ends the run with exit code 3
  --max-tokens N
  --max-cost DOLLARS
  --max-minutes N
  --recording FILE     use recorded replies instead of a server
  --record FILE        write this run's replies to a recording
  --json               events as JSON lines on stdout
  -h, --help

The key is read from OPENAI_API_KEY.
Exit code: 0 done, 1 failed, 2 wrong usage, 3 stopped by a limit.`;

export interface Options {
  readonly goal: string;
  readonly cwd: string;
  readonly mode: Mode;
  /** Ask on the terminal. */
  readonly attended: boolean;
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly limits: Limits;
  readonly recording: string | undefined;
  readonly record: string | undefined;
  readonly json: boolean;
  /** A limit that was set because none was given. */
  readonly notice?: string;
}

const DEFAULT_STEPS = 40;
const MODES: Readonly<Record<string, Mode>> = { all: 'continuous', edits: 'autoEdit', none: 'ask' };

const number = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} must be a number above 0, not '${text}'.`);
  return value;
};

/** Throws an Error whose message says what to write; `help` when help was asked for. */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv, terminal: boolean): Options | 'help' {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      cwd: { type: 'string' },
      approve: { type: 'string' },
      model: { type: 'string' },
      'base-url': { type: 'string' },
      'max-steps': { type: 'string' },
      'max-tokens': { type: 'string' },
      'max-cost': { type: 'string' },
      'max-minutes': { type: 'string' },
      recording: { type: 'string' },
      record: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const [verb, goal, ...more] = positionals;
  if (verb !== 'run') throw new Error(verb ? `There is no command '${verb}'.` : 'A command is missing.');
  if (!goal?.trim() || more.length > 0) throw new Error('Give one goal, in quotes.');
  const mode = values.approve === undefined ? 'ask' : MODES[values.approve];
  if (!mode) throw new Error(`--approve takes all, edits or none, not '${values.approve}'.`);

  const steps = number('max-steps', values['max-steps']);
  const cost = number('max-cost', values['max-cost']);
  const needsLimit = mode === 'continuous' && steps === undefined && cost === undefined;
  const limits: Limits = {
    steps: needsLimit ? DEFAULT_STEPS : steps,
    cost,
    tokens: number('max-tokens', values['max-tokens']),
    minutes: number('max-minutes', values['max-minutes']),
  };
  const baseUrl = values['base-url'] ?? env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1';
  if (!URL.canParse(baseUrl)) throw new Error(`--base-url '${baseUrl}' is not an address.`);
  const apiKey = env.OPENAI_API_KEY || undefined;
  if (!apiKey && !values.recording && new URL(baseUrl).hostname === 'api.openai.com')
    throw new Error('No key: set OPENAI_API_KEY, or name a local server with --base-url.');
  return {
    goal,
    cwd: values.cwd ?? process.cwd(),
    mode,
    attended: values.approve === undefined && terminal,
    model: values.model ?? env.OPENAI_MODEL ?? 'gpt-5.1',
    baseUrl,
    apiKey,
    limits: JSON.parse(JSON.stringify(limits)),
    recording: values.recording,
    record: values.record,
    json: values.json,
    ...(needsLimit && { notice: `No limit was given: this run stops after ${DEFAULT_STEPS} steps.` }),
  };
}
