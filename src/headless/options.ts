/** The command line of `goalwright`, parsed and checked. A wrong line is answered with what to write instead. */
import { parseArgs } from 'node:util';
import type { Limits, Mode } from '../agent/journal/event.ts';
import type { ExportFormat } from '../agent/journal/export.ts';
import type { PolicyQuestion } from '../agent/run/explain.ts';

export const USAGE = `usage: goalwright run "GOAL" [options]           work on a goal
       goalwright runs                           list the runs of this folder, newest first
       goalwright resume RUN [options]           go on with a run that was cut off
       goalwright fork RUN --before EVENT [--text TEXT] [options]
                                                 go back to just before an event, in a new run;
                                                 TEXT takes the place of what you said there
       goalwright rename RUN TITLE
       goalwright export RUN [--format md|json]  print a run, without secrets
       goalwright delete RUN                     move a run to the trash
       goalwright checkpoints RUN                list what the files can go back to
       goalwright restore RUN CHECKPOINT [--all | --file PATH …] [--write]
                                                 list which files of the run differ from a checkpoint;
                                                 with --write they become what they were
       goalwright policy explain COMMAND [--network] [--json]
       goalwright policy explain --read PATH | --edit PATH [--json]
                                                 say what would become of it here, by which rule and why
       goalwright policy check                   judge rows {id, area, input}, one JSON object a line, from stdin;
                                                 prints {id, decision, rule, reason} for each; the rows' person
                                                 trusts the project's own test and build scripts as they are
RUN is an id, or latest.

  --all                also files that the run did not change
  --file PATH          this file only; can be given several times

  --cwd DIR            folder to work in (default: this one)
  --json               events (runs: the list) as JSON lines on stdout
  -h, --help

options of run, resume and fork:
  --approve WHAT       all: edits and commands (needs a limit; 40 steps if none is given), edits: edits only, none: nothing.
                       Without it you are asked here, one by one; where nobody can answer, it is none
  --model ID           model name (default: OPENAI_MODEL or gpt-5.1; resume and fork: the run's)
  --base-url URL       OpenAI-compatible server (default: OPENAI_BASE_URL or https://api.openai.com/v1)
  --max-steps N        limits; reaching one ends the run with exit code 3
  --max-tokens N
  --max-cost DOLLARS
  --max-minutes N
  --max-steps-per-day N, --max-tokens-per-day N, --max-cost-per-day DOLLARS, --max-minutes-per-day N
                       the same for all runs of this computer since midnight, in this folder or another
  --recording FILE     use recorded replies instead of a server
  --record FILE        write this run's replies to a recording

The key is read from OPENAI_API_KEY.
Your rules, and patterns for what else is a secret, {"secret": "ACME-[0-9]{8}"}, stand in
~/.config/goalwright/policy.json.
Exit code: 0 done, 1 failed, 2 wrong usage, 3 stopped by a limit.`;

export interface WorkOptions {
  readonly cwd: string;
  readonly mode: Mode | undefined;
  /** Ask on the terminal. */
  readonly attended: boolean;
  readonly model: string | undefined;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly limits: Limits;
  readonly recording: string | undefined;
  readonly record: string | undefined;
  readonly json: boolean;
  /** A limit that was set because none was given. */
  readonly notice?: string;
}

/** A run that is worked on: a new one, one that was cut off, or a copy of one up to an event. */
export type Work = WorkOptions &
  (
    | { readonly verb: 'run'; readonly goal: string }
    | { readonly verb: 'resume'; readonly run: string }
    | { readonly verb: 'fork'; readonly run: string; readonly before: number; readonly text: string | undefined }
  );

/** What is done with runs without working on one. */
export type Care = { readonly cwd: string } & (
  | { readonly verb: 'runs'; readonly json: boolean }
  | { readonly verb: 'rename'; readonly run: string; readonly title: string }
  | { readonly verb: 'export'; readonly run: string; readonly format: ExportFormat }
  | { readonly verb: 'delete' | 'checkpoints'; readonly run: string }
  | Restore
);

/** What is asked of the policy. */
export type PolicyAsked =
  | { readonly kind: 'check' }
  | ({ readonly kind: 'explain'; readonly cwd: string; readonly json: boolean } & PolicyQuestion);

export interface Restore {
  readonly verb: 'restore';
  readonly run: string;
  readonly checkpoint: string;
  /** `ours`: those the run changed. */
  readonly files: 'ours' | 'all' | readonly string[];
  readonly write: boolean;
}

const DEFAULT_STEPS = 40;
const MODES: Readonly<Record<string, Mode>> = { all: 'continuous', edits: 'autoEdit', none: 'ask' };

const LIMITS = {
  steps: 'max-steps',
  tokens: 'max-tokens',
  cost: 'max-cost',
  minutes: 'max-minutes',
  daySteps: 'max-steps-per-day',
  dayTokens: 'max-tokens-per-day',
  dayCost: 'max-cost-per-day',
  dayMinutes: 'max-minutes-per-day',
} as const satisfies Record<keyof Limits, string>;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  cwd: text,
  json: flag,
  help: { ...flag, short: 'h' },
  before: text,
  text,
  format: text,
  all: flag,
  file: { ...text, multiple: true },
  write: flag,
  network: flag,
  read: text,
  edit: text,
  approve: text,
  model: text,
  'base-url': text,
  'max-steps': text,
  'max-tokens': text,
  'max-cost': text,
  'max-minutes': text,
  'max-steps-per-day': text,
  'max-tokens-per-day': text,
  'max-cost-per-day': text,
  'max-minutes-per-day': text,
  recording: text,
  record: text,
} as const;
type OptionName = keyof typeof OPTIONS;
type Values = ReturnType<typeof parse>['values'];

const parse = (argv: readonly string[]) => parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });

const WORK: readonly OptionName[] = [
  'json',
  'approve',
  'model',
  'base-url',
  'recording',
  'record',
  ...Object.values(LIMITS),
];
/** Which options a command takes, beside `--cwd` and `--help`, and how many words follow it. */
const VERBS: Readonly<
  Record<string, { readonly words: string; readonly count: number; readonly takes: readonly OptionName[] }>
> = {
  run: { words: 'one goal, in quotes', count: 1, takes: WORK },
  resume: { words: 'one run', count: 1, takes: WORK },
  fork: { words: 'one run', count: 1, takes: [...WORK, 'before', 'text'] },
  runs: { words: 'nothing', count: 0, takes: ['json'] },
  rename: { words: 'a run and its new title, in quotes', count: 2, takes: [] },
  export: { words: 'one run', count: 1, takes: ['format'] },
  delete: { words: 'one run', count: 1, takes: [] },
  checkpoints: { words: 'one run', count: 1, takes: [] },
  restore: {
    words: "a run and a checkpoint (see 'goalwright checkpoints RUN')",
    count: 2,
    takes: ['all', 'file', 'write'],
  },
};

/** `goalwright policy …` */
interface Ask {
  readonly verb: 'policy';
  readonly question: PolicyAsked;
}

function policyQuestion([kind, ...words]: readonly string[], values: Values): PolicyAsked {
  const { read, edit, network = false, json = false, cwd = process.cwd() } = values;
  const [what] = [...words, ...[read, edit].flatMap((path) => path ?? [])];
  const count = words.length + (read === undefined ? 0 : 1) + (edit === undefined ? 0 : 1);
  const odd = Object.keys(values).find((name) => !['cwd', 'network', 'read', 'edit', 'json'].includes(name));
  if (odd) throw new Error(`--${odd} does not belong to 'policy'.`);
  if (kind === 'check' && count === 0) return { kind };
  if (kind !== 'explain' || what === undefined || count !== 1)
    throw new Error(
      "Write 'policy check', or 'policy explain' with one command in quotes, --read PATH or --edit PATH.",
    );
  const access = read !== undefined ? 'read' : edit !== undefined ? 'edit' : 'command';
  return { kind, cwd, what, access, network, json };
}

const number = (name: string, given: string | undefined): number | undefined => {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} must be a number above 0, not '${given}'.`);
  return value;
};

/** Throws an Error whose message says what to write; `help` when help was asked for. */
export function readOptions(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  terminal: boolean,
): Work | Care | Ask | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  const [verb = '', first = '', second = ''] = positionals;
  if (verb === 'policy') return { verb, question: policyQuestion(positionals.slice(1), values) };
  const takes = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!takes) throw new Error(verb ? `There is no command '${verb}'.` : 'A command is missing.');
  const given = positionals.slice(1);
  if (given.length !== takes.count || given.some((word) => word.trim() === '')) throw new Error(`Give ${takes.words}.`);
  const odd = Object.keys(values).find((name) => name !== 'cwd' && !takes.takes.some((taken) => taken === name));
  if (odd) throw new Error(`--${odd} does not belong to '${verb}'.`);

  const cwd = values.cwd ?? process.cwd();
  switch (verb) {
    case 'run':
      return { verb, goal: first, ...workOptions(values, env, terminal, true) };
    case 'resume':
      return { verb, run: first, ...workOptions(values, env, terminal, false) };
    case 'fork': {
      const before = number('before', values.before);
      if (before === undefined || !Number.isInteger(before))
        throw new Error("--before must be the number of an event: see 'goalwright export RUN --format json'.");
      return { verb, run: first, before, text: values.text, ...workOptions(values, env, terminal, false) };
    }
    case 'rename':
      return { verb, run: first, title: second, cwd };
    case 'export':
      if (values.format !== undefined && values.format !== 'md' && values.format !== 'json')
        throw new Error(`--format takes md or json, not '${values.format}'.`);
      return { verb, run: first, format: values.format ?? 'md', cwd };
    case 'delete':
    case 'checkpoints':
      return { verb, run: first, cwd };
    case 'restore': {
      if (values.all && values.file) throw new Error('Give --all or --file, not both.');
      const files = values.file ?? (values.all ? 'all' : 'ours');
      return { verb, run: first, checkpoint: second, files, write: values.write ?? false, cwd };
    }
    default:
      return { verb: 'runs', json: values.json ?? false, cwd };
  }
}

/** `isNew`: what is not said gets its default; otherwise it stays as it is in the run. */
function workOptions(values: Values, env: NodeJS.ProcessEnv, terminal: boolean, isNew: boolean): WorkOptions {
  const approved = values.approve === undefined ? undefined : MODES[values.approve];
  if (values.approve !== undefined && !approved)
    throw new Error(`--approve takes all, edits or none, not '${values.approve}'.`);
  const mode = approved ?? (isNew ? 'ask' : undefined);

  const limits: Limits = {};
  for (const [name, option] of Object.entries(LIMITS)) {
    const max = number(option, values[option]);
    if (max !== undefined) Object.assign(limits, { [name]: max });
  }
  const needsLimit = isNew && mode === 'continuous' && limits.steps === undefined && limits.cost === undefined;
  if (needsLimit) limits.steps = DEFAULT_STEPS;
  const baseUrl = values['base-url'] ?? env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1';
  if (!URL.canParse(baseUrl)) throw new Error(`--base-url '${baseUrl}' is not an address.`);
  const apiKey = env.OPENAI_API_KEY || undefined;
  if (!apiKey && !values.recording && new URL(baseUrl).hostname === 'api.openai.com')
    throw new Error('No key: set OPENAI_API_KEY, or name a local server with --base-url.');
  return {
    cwd: values.cwd ?? process.cwd(),
    mode,
    attended: values.approve === undefined && terminal,
    model: values.model ?? env.OPENAI_MODEL ?? (isNew ? 'gpt-5.1' : undefined),
    baseUrl,
    apiKey,
    limits,
    recording: values.recording,
    record: values.record,
    json: values.json ?? false,
    ...(needsLimit && { notice: `No limit was given: this run stops after ${DEFAULT_STEPS} steps.` }),
  };
}
