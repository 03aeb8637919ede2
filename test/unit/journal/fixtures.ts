/** A journal with an event of every type, and the ports a journal needs, in memory. */
import { hashOf } from '../../../src/agent/hash.ts';
import { type EventBody, JOURNAL_VERSION, type RunEvent } from '../../../src/agent/journal/event.ts';
import { encodeLine, START } from '../../../src/agent/journal/line.ts';
import type { Clock, Lock, RunFolder } from '../../../src/agent/ports.ts';

/** Of every random test here, so that each run is the same run. */
export const SEED = 20_260_101;
export const KEY = new Uint8Array(32).fill(7);
const hash = hashOf('content');
const usage = { input: 10, output: 5, cached: 0, estimated: false };
const intent = { kind: 'command', command: 'npm test', cwd: '' } as const;

const everyType: { readonly [T in EventBody['type']]: Extract<EventBody, { type: T }> } = {
  'run.created': {
    type: 'run.created',
    version: JOURNAL_VERSION,
    run: 'r1',
    goal: 'Make it "work" – 让它工作',
    root: 'demo',
    mode: 'ask',
    model: 'test',
    limits: { steps: 50, cost: 1.5 },
    agent: { name: 'Goalwright', role: 'engineer' },
    attended: true,
  },
  'run.recovered': { type: 'run.recovered' },
  'run.paused': { type: 'run.paused', reason: 'fault', message: 'The disk is full.' },
  'run.resumed': { type: 'run.resumed', extended: { steps: 100 } },
  'run.ended': { type: 'run.ended', outcome: 'done', report: 'All is well.' },
  'mode.changed': { type: 'mode.changed', mode: 'autoEdit' },
  'limit.warned': { type: 'limit.warned', limit: 'steps', used: 40, max: 50 },
  'limit.reached': { type: 'limit.reached', limit: 'steps', used: 50, max: 50 },
  'thread.opened': { type: 'thread.opened', thread: 'h1', task: 't1', system: 'You are…', tools: ['read', 'edit'] },
  'message.added': {
    type: 'message.added',
    thread: 'h1',
    text: 'line\nline\r\n\u2028\u2029\u0085\0\t"\\',
    why: 'brief',
  },
  'person.said': { type: 'person.said', text: '😀 stop' },
  'question.asked': { type: 'question.asked', question: 'q1', call: 'c1', text: 'Which?', options: ['a', 'b'] },
  'question.answered': { type: 'question.answered', question: 'q1', text: 'a' },
  'tasks.planned': {
    type: 'tasks.planned',
    by: 'model',
    tasks: [
      {
        id: 't1',
        title: 'Do it',
        description: '',
        priority: 50,
        dependsOn: [],
        checks: [{ kind: 'command', command: 'npm test', cwd: '', exit: 0 }],
      },
    ],
  },
  'task.started': { type: 'task.started', task: 't1', thread: 'h1' },
  'task.verifying': { type: 'task.verifying', task: 't1', summary: 'did it', call: 'c2' },
  'check.started': { type: 'check.started', task: 't1', check: 0, phase: 'verify', intent },
  'check.finished': {
    type: 'check.finished',
    task: 't1',
    check: 0,
    phase: 'verify',
    outcome: 'passed',
    evidence: 'exit 0',
  },
  'checks.judged': { type: 'checks.judged', task: 't1', phase: 'verify', passed: true },
  'run.forked': {
    type: 'run.forked',
    run: 'fork-1',
    from: 'run-1',
    upTo: 7,
    lastSum: 'sha2-x',
    changedSince: ['a.txt'],
  },
  'run.renamed': { type: 'run.renamed', title: 'Two' },
  'journal.upgraded': { type: 'journal.upgraded', version: JOURNAL_VERSION },
  'model.changed': { type: 'model.changed', model: 'other' },
  'day.counted': { type: 'day.counted', since: 0, steps: 1, tokens: 2, cost: 0.1, minutes: 3 },
  'thread.compacted': { type: 'thread.compacted', thread: 'h1', from: 1, text: 'so far', seen: ['a.txt'], by: 'code' },
  'aside.started': { type: 'aside.started', aside: 1, purpose: 'reflect', task: 't1' },
  'aside.finished': {
    type: 'aside.finished',
    aside: 1,
    purpose: 'reflect',
    task: 't1',
    text: 'Read first.',
    ok: true,
    usage: { input: 1, output: 1, cached: 0, estimated: false },
  },
  'task.edited': { type: 'task.edited', task: 't1', by: 'person', title: 'Two' },
  'tasks.ordered': { type: 'tasks.ordered', order: ['t1'] },
  'task.removed': { type: 'task.removed', task: 't1', by: 'person' },
  'task.retried': { type: 'task.retried', task: 't1' },
  'witness.taken': { type: 'witness.taken', task: 't1', files: [] },
  'check.weakened': { type: 'check.weakened', task: 't1', findings: [{ path: 'a.test.js', what: 'it is gone' }] },
  'reward.given': { type: 'reward.given', task: 't1', amount: 1, why: 'checkPassed' },
  'task.requeued': { type: 'task.requeued', task: 't1', evidence: 'exit 1', lesson: 'Read first.' },
  'task.ended': { type: 'task.ended', task: 't1', status: 'done', proof: 'code', summary: 'did it' },
  'turn.started': { type: 'turn.started', turn: 1, task: 't1', thread: 'h1' },
  'turn.finished': {
    type: 'turn.finished',
    turn: 1,
    text: '',
    calls: [{ id: 'c1', name: 'edit', arguments: '{"path":"a\\u0000.txt"}' }],
    usage,
    cost: 0.0001,
    end: 'calls',
  },
  'turn.faulted': {
    type: 'turn.faulted',
    turn: 2,
    fault: { kind: 'rateLimit', message: 'slow down', status: 429, retryAfterMs: 7000 },
    attempt: 1,
    reaction: 'retry',
    delayMs: 7000,
    usage,
  },
  'approval.requested': {
    type: 'approval.requested',
    approval: 'a1',
    call: 'c1',
    nonce: 'n',
    shown: hash,
    subject: { kind: 'edit', path: 'a.txt', after: hash, added: 1, removed: 0, savesUnsaved: false, warnings: [] },
    rule: 'mode',
    reason: 'Edits ask.',
  },
  'proposal.drafted': { type: 'proposal.drafted', approval: 'a1', after: hash },
  'proposal.commented': {
    type: 'proposal.commented',
    approval: 'a1',
    comments: [{ first: 1, last: 2, quote: 'one', text: 'Why?' }],
  },
  'checkpoint.taken': {
    type: 'checkpoint.taken',
    checkpoint: 'k1',
    snapshot: 's1',
    when: 'before',
    task: 't1',
    files: 2,
    left: [],
  },
  'checkpoint.failed': { type: 'checkpoint.failed', task: 't1', reason: 'The disk is full.' },
  'checkpoint.restored': {
    type: 'checkpoint.restored',
    checkpoint: 'k1',
    undo: 'k2',
    changes: [{ path: 'a.txt', before: hash }],
    failed: [],
  },
  'approval.decided': { type: 'approval.decided', approval: 'a1', verdict: 'accept', by: 'person', after: hash },
  'approval.voided': { type: 'approval.voided', approval: 'a1', reason: 'stopped' },
  'call.started': {
    type: 'call.started',
    call: 'c1',
    intent: { kind: 'edit', changes: [{ path: 'a.txt', after: hash }] },
  },
  'call.finished': {
    type: 'call.finished',
    call: 'c1',
    ok: true,
    forModel: 'Edited a.txt.',
    title: 'edit a.txt',
    changes: [{ path: 'a.txt', after: hash }],
  },
  'stuck.noticed': { type: 'stuck.noticed', task: 't1', rule: 'same call', level: 1, message: 'Try another way.' },
};

/** One event of each type, the header first. */
export const BODIES: readonly EventBody[] = Object.values(everyType);
export const HEADER: EventBody = everyType['run.created'];
export const said = (text: string): EventBody => ({ type: 'person.said', text });

/** A journal as it would be written, and where each of its lines ends. */
export function build(
  bodies: readonly EventBody[],
  { key, fence = 1, from = START }: { key?: Uint8Array; fence?: number; from?: { seq: number; sum: string } } = {},
) {
  const events: RunEvent[] = [];
  const lines: Uint8Array[] = [];
  const ends: number[] = [];
  const sums: string[] = [];
  let { seq, sum } = from;
  let size = 0;
  for (const body of bodies) {
    seq += 1;
    const event: RunEvent = { ...body, seq, at: 1_700_000_000_000 + seq };
    const line = encodeLine(event, fence, sum, key);
    sum = line.sum;
    size += line.bytes.length;
    events.push(event);
    lines.push(line.bytes);
    sums.push(sum);
    ends.push(size);
  }
  return { events, lines, ends, sums, bytes: join(lines), last: { seq, sum } };
}

export const join = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** Time stands still until it is set; it may go back. */
export function fakeClock(): Pick<Clock, 'now'> & { time: number } {
  const clock = { time: 1_700_000_000_000, now: () => clock.time };
  return clock;
}

export function fakeLock(fence = 1): Lock & { lost: boolean; asked: number } {
  const lock = {
    fence,
    lost: false,
    asked: 0,
    held: async () => {
      lock.asked += 1;
      return !lock.lost;
    },
    release: async () => undefined,
  };
  return lock;
}

export const fsError = (code: string): Error => Object.assign(new Error(`${code}: as the test wished`), { code });

type Operation = 'append' | 'sync' | 'cut';

/**
 * A run's folder in memory that tells what is on the medium (`durable`) from what a crash may lose, and fails on demand:
 * `fail` is asked before each operation; a failing append leaves some of its bytes, a failing sync drops what was unsynced.
 */
export class MemoryFolder implements RunFolder {
  readonly id = 'r1';
  bytes: Uint8Array = new Uint8Array();
  durable = 0;
  readonly log: Operation[] = [];
  readonly torn: Uint8Array[] = [];
  fail: (operation: Operation) => Error | undefined = () => undefined;
  /** How much of a failing append reaches the file. */
  partial = 0.5;

  constructor(bytes: Uint8Array = new Uint8Array()) {
    this.bytes = bytes;
    this.durable = bytes.length;
  }

  async read(): Promise<Uint8Array> {
    return this.bytes;
  }

  async append(bytes: Uint8Array): Promise<void> {
    const error = this.#begin('append');
    await Promise.resolve();
    this.bytes = join([this.bytes, error ? bytes.subarray(0, Math.floor(bytes.length * this.partial)) : bytes]);
    if (error) throw error;
  }

  async sync(): Promise<void> {
    const error = this.#begin('sync');
    const size = this.bytes.length;
    await Promise.resolve();
    if (error) {
      this.bytes = join([this.bytes.subarray(0, this.durable), new Uint8Array(size - this.durable)]);
      throw error;
    }
    this.durable = size;
  }

  async cut(size: number): Promise<void> {
    const error = this.#begin('cut');
    await Promise.resolve();
    if (error) throw error;
    if (size > this.bytes.length) throw new Error('shorter than was written');
    this.torn.push(this.bytes.subarray(size));
    this.bytes = this.bytes.subarray(0, size);
    this.durable = Math.min(this.durable, size);
  }

  putBlob = async (): Promise<string> => hash;
  getBlob = async (): Promise<undefined> => undefined;

  #begin(operation: Operation): Error | undefined {
    this.log.push(operation);
    return this.fail(operation);
  }
}
