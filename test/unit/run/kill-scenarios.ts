/**
 * What the killed process was doing: small goals whose model answers by what stands in the conversation, never by how often
 * it was asked, and whose person always decides the same way.
 */
import type { Limits, Mode } from '../../../src/agent/journal/event.ts';
import type { Profile } from '../../../src/agent/model/model.ts';
import type { ChatRequest, Said } from '../../fixtures/openai-server.ts';
import { call, type Person } from './scene.ts';

export interface KillScenario {
  readonly goal: string;
  readonly files: Readonly<Record<string, string>>;
  readonly mode?: Mode;
  readonly limits?: Limits;
  readonly profile?: Partial<Profile>;
  readonly person: Person;
  model(request: ChatRequest): Said;
  /** What the files must hold at the end; one of several texts where the person may or may not have changed the proposal. */
  readonly ends: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Commands that must not run twice, whatever happens. */
  readonly once?: readonly string[];
  /** Tasks there must be at the end. */
  readonly tasks: number;
}

const goOn: Person['paused'] = (event, run) =>
  void run.send({ type: event.reason === 'recovered' ? 'resume' : 'stop' });
const yes: Person = { decide: () => 'accept', paused: goOn };
/** Nobody may touch these bytes: a mark, two kinds of line ends, no last one. */
const BYSTANDER = '\ufeffone\r\ntwo\nthree';

const textOf = ({ body }: ChatRequest): string => body.messages.map(({ content }) => content ?? '').join('\n');
/** The task the model was last told to work on. */
const taskIn = (request: ChatRequest): string =>
  textOf(request)
    .match(/(?:Now|Your task now is|Go on with) (t\d+)/g)
    ?.at(-1)
    ?.match(/t\d+/)?.[0] ?? 't1';

const plan: KillScenario = {
  goal: 'Write two files',
  files: { 'bystander.txt': BYSTANDER },
  mode: 'autoEdit',
  person: yes,
  model(request) {
    const task = taskIn(request);
    if (task === 't1' && !textOf(request).includes('Planned'))
      return {
        toolCalls: [
          call('plan', {
            tasks: [
              { title: 'Write a.txt', checks: [{ file: 'a.txt', matches: 'aaa' }] },
              { title: 'Write b.txt', checks: [{ command: 'grep -q bbb b.txt' }], after: [1] },
            ],
          }),
        ],
      };
    const name = task === 't2' ? 'a' : 'b';
    return {
      toolCalls: [
        call('write', { path: `${name}.txt`, content: `${name.repeat(3)}\n` }),
        call('finish', { summary: `Wrote ${name}.txt.` }),
      ],
    };
  },
  ends: { 'a.txt': 'aaa\n', 'b.txt': 'bbb\n', 'bystander.txt': BYSTANDER },
  tasks: 3,
};

const edit: KillScenario = {
  goal: 'Make a.txt say two',
  files: { 'a.txt': '\ufeffone\r\nrest\nlast', 'b.txt': 'one\n', 'bystander.txt': BYSTANDER },
  person: {
    ...yes,
    decide: ({ subject }) => (subject.kind === 'edit' && subject.path === 'b.txt' ? 'not this one' : 'accept'),
  },
  model: () => ({
    toolCalls: [
      call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] }),
      call('edit', { path: 'b.txt', edits: [{ old: 'one', new: 'two' }] }),
      call('write', { path: 'new/c.txt', content: 'ccc\n' }),
      call('finish', { summary: 'It says two.', checks: [{ file: 'a.txt', matches: 'two' }] }),
    ],
  }),
  ends: { 'a.txt': '\ufefftwo\r\nrest\nlast', 'b.txt': 'one\n', 'new/c.txt': 'ccc\n', 'bystander.txt': BYSTANDER },
  tasks: 1,
};

const APPEND = 'echo x >> log.txt && echo appended';
const command: KillScenario = {
  goal: 'Append a line to log.txt',
  files: { 'bystander.txt': BYSTANDER },
  person: yes,
  model: (request) => ({
    toolCalls: [
      // Told that it is not known what became of the command, a model looks before it does it again.
      call('run', {
        command: textOf(request).includes('Its outcome is unknown') ? 'test -e log.txt || echo x >> log.txt' : APPEND,
      }),
      call('finish', { summary: 'Appended.', checks: [{ command: 'grep -q x log.txt' }] }),
    ],
  }),
  ends: { 'log.txt': 'x\n', 'bystander.txt': BYSTANDER },
  once: [APPEND],
  tasks: 1,
};

const approval: KillScenario = {
  goal: 'Make a.txt say what I want',
  files: { 'a.txt': 'one\n', 'bystander.txt': BYSTANDER },
  person: {
    ...yes,
    answer: () => 'two',
    async decide({ subject, approval: id }, run) {
      if (subject.kind === 'edit') await run.draft(id, new TextEncoder().encode('two, and mine\n'));
      return 'accept';
    },
  },
  model: (request) =>
    request.body.messages.some(({ role, content }) => role === 'tool' && content === 'two')
      ? {
          toolCalls: [
            call('write', { path: 'a.txt', content: 'two\n' }),
            call('run', { command: 'cat a.txt' }),
            call('finish', { summary: 'It says two.' }),
          ],
        }
      : { toolCalls: [call('ask', { question: 'What should it say?', options: ['two', 'three'] })] },
  ends: { 'a.txt': 'two, and mine\n', 'bystander.txt': BYSTANDER },
  tasks: 1,
};

const NUMBERS = Array.from({ length: 9 }, (_, index) => index + 1);
const compaction: KillScenario = {
  goal: 'Read all the f*.txt files, then write sum.txt',
  files: {
    ...Object.fromEntries(NUMBERS.map((n) => [`f${n}.txt`, `file ${n}\n${'some words of text\n'.repeat(100)}`])),
    'bystander.txt': BYSTANDER,
  },
  mode: 'autoEdit',
  limits: { steps: 80 },
  profile: { contextWindow: 8_000, outputLimit: 500 },
  person: yes,
  model(request) {
    const text = textOf(request);
    const read = NUMBERS.findLast((n) => text.includes(`file ${n}\n`) || text.includes(`Read up to f${n}.txt`)) ?? 0;
    if (request.body.messages[0]?.content?.startsWith('You write the notes'))
      return { content: `Read up to f${read}.txt.` };
    if (read < NUMBERS.length) return { toolCalls: [call('read', { paths: [`f${read + 1}.txt`] })] };
    return {
      toolCalls: [call('write', { path: 'sum.txt', content: '9 files\n' }), call('finish', { summary: 'All read.' })],
    };
  },
  ends: { 'sum.txt': '9 files\n', 'bystander.txt': BYSTANDER },
  tasks: 1,
};

export const KILL_SCENARIOS = { plan, edit, command, approval, compaction } satisfies Record<string, KillScenario>;
export type KillName = keyof typeof KILL_SCENARIOS;
export const isKillName = (name: string): name is KillName => Object.hasOwn(KILL_SCENARIOS, name);

/** What it is started with. */
export const goalOf = ({ goal, mode = 'ask', limits = { steps: 40 } }: KillScenario) => ({
  goal,
  root: 'work',
  mode,
  limits,
  agent: { name: 'Goalwright', role: 'an engineer' },
  attended: true,
});
