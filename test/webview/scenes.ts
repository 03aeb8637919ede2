/** A run as the engine would journal it, cut where each scene of the panel begins. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EventBody, RunEvent, Subject } from '../../src/agent/journal/event.ts';
import type { HostState, HunkChoice, HunkView, ToView } from '../../src/agent/protocol.ts';

export const RUN = '20261122-204700-0a1b2c3d';
export const GOAL =
  'Make minimist safe against prototype pollution through constructor.prototype. Keep its tests green and add one that proves the fix.';
const START = Date.UTC(2026, 10, 22, 20, 47);

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

export const host: HostState = {
  trusted: true,
  folder: 'minimist',
  model: { id: 'recorded', label: 'Recorded model', ready: true },
  mode: 'ask',
  suggestion: GOAL,
};

export const chinese: Record<string, string> = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../l10n/bundle.l10n.zh-cn.json'), 'utf8'),
);

/** `at` grows by a second per event; `from` continues a list. */
export const events = (bodies: readonly EventBody[], from = 1, start = START): RunEvent[] =>
  bodies.map((body, i) => ({ ...body, seq: from + i, at: start + (from + i) * 1000 }));

export const init = (list: readonly RunEvent[], more: Partial<Extract<ToView, { type: 'init' }>> = {}): ToView => ({
  type: 'init',
  host,
  language: 'en',
  bundle: {},
  ...(list.length > 0 && { run: RUN }),
  events: [...list],
  ...more,
});

const usage = (input: number, output: number) => ({ input, output, cached: 0, estimated: false });
const call = (id: string, name: string, args: unknown) => ({ id, name, arguments: JSON.stringify(args) });

export const created: EventBody[] = [
  {
    type: 'run.created',
    version: 1,
    run: RUN,
    goal: GOAL,
    root: 'minimist',
    mode: 'ask',
    model: 'recorded',
    limits: { steps: 50, tokens: 400_000, cost: 1 },
    agent: { name: 'Goalwright', role: '' },
    attended: true,
  },
  {
    type: 'tasks.planned',
    by: 'person',
    tasks: [{ id: 't1', title: GOAL.slice(0, 78), description: GOAL, priority: 50, dependsOn: [], checks: [] }],
  },
  {
    type: 'thread.opened',
    thread: 'h1',
    task: 't1',
    system: 'You are Goalwright.',
    tools: ['read', 'edit', 'run', 'plan', 'finish'],
  },
  { type: 'task.started', task: 't1', thread: 'h1' },
];

const node =
  "node -e \"require('./')(['--_.constructor.constructor.prototype.foo','bar']); process.exit(typeof (function(){}).foo==='undefined'?0:1)\"";

export const planned: EventBody[] = [
  { type: 'turn.started', turn: 1, task: 't1', thread: 'h1' },
  {
    type: 'turn.finished',
    turn: 1,
    text: 'I will read the parser first and plan from what it does.',
    reasoning: 'The pollution goes through setKey. I need to see how keys are walked.',
    calls: [call('c1', 'read', { paths: ['index.js', 'package.json'] })],
    usage: usage(3_800, 120),
    cost: 0.011,
    end: 'calls',
  },
  { type: 'call.started', call: 'c1' },
  {
    type: 'call.finished',
    call: 'c1',
    ok: true,
    forModel: 'index.js (245 lines)\nmodule.exports = function (args, opts) {\n    if (!opts) opts = {};',
    title: 'index.js, package.json',
    changes: [],
  },
  { type: 'turn.started', turn: 2, task: 't1', thread: 'h1' },
  {
    type: 'turn.finished',
    turn: 2,
    text: '`setKey` refuses `__proto__` only. A path through `constructor` reaches **Function.prototype**:\n\n- the first loop walks into `constructor`\n- nothing stops it at a function',
    calls: [
      call('c2', 'plan', {
        tasks: [
          { title: 'Refuse constructor and prototype in setKey' },
          { title: 'Add a test that proves the fix' },
          { title: 'Note the fix in the change log' },
        ],
      }),
    ],
    usage: usage(8_900, 340),
    cost: 0.031,
    end: 'calls',
  },
  {
    type: 'tasks.planned',
    by: 'model',
    tasks: [
      {
        id: 't2',
        parent: 't1',
        title: 'Refuse constructor and prototype in setKey',
        description: '',
        priority: 80,
        dependsOn: [],
        checks: [
          { kind: 'command', command: node, cwd: '', exit: 0 },
          { kind: 'command', command: 'npm test', cwd: '', exit: 0 },
        ],
      },
      {
        id: 't3',
        parent: 't1',
        title: 'Add a test that proves the fix',
        description: '',
        priority: 60,
        dependsOn: ['t2'],
        checks: [{ kind: 'file', path: 'test/proto.js', matches: 'constructor\\.prototype' }],
      },
      {
        id: 't4',
        parent: 't1',
        title: 'Note the fix in the change log',
        description: '',
        priority: 20,
        dependsOn: ['t3'],
        checks: [],
      },
    ],
  },
  { type: 'call.finished', call: 'c2', ok: true, forModel: 'Planned.', title: 'Plan (3)', changes: [] },
  { type: 'task.started', task: 't2', thread: 'h1' },
];

/** The baseline check asks; a yes covers it for the run. */
export const askedCommand: EventBody[] = [
  {
    type: 'approval.requested',
    approval: 'a1',
    call: 'check:t2:1',
    nonce: 'n-a1',
    shown: hash('npm test'),
    subject: {
      kind: 'command',
      command: 'npm test',
      cwd: '',
      check: true,
      definition: 'pretest: npm run lint\ntest: tap test/*.js',
    },
    rule: 'command.ask',
    reason: 'Mode “ask”: commands need a yes unless they are provably harmless.',
  },
];

export const baseline: EventBody[] = [
  { type: 'approval.decided', approval: 'a1', verdict: 'accept', by: 'person' },
  { type: 'check.started', task: 't2', check: 0, phase: 'baseline' },
  { type: 'check.finished', task: 't2', check: 0, phase: 'baseline', outcome: 'failed', evidence: 'exit 1' },
  { type: 'check.started', task: 't2', check: 1, phase: 'baseline' },
  {
    type: 'check.finished',
    task: 't2',
    check: 1,
    phase: 'baseline',
    outcome: 'passed',
    evidence: 'exit 0\n# pass 146',
  },
  { type: 'checks.judged', task: 't2', phase: 'baseline', passed: false },
  { type: 'turn.started', turn: 3, task: 't2', thread: 'h1' },
  {
    type: 'turn.finished',
    turn: 3,
    text: 'The guard belongs where the key is walked.',
    calls: [
      call('c3', 'edit', {
        path: 'index.js',
        edits: [{ find: "if (key === '__proto__') return;", replace: 'if (isConstructorOrProto(o, key)) return;' }],
      }),
    ],
    usage: usage(12_400, 610),
    cost: 0.046,
    end: 'calls',
  },
];

export const DRAFT = hash('after');
export const askedEdit: EventBody[] = [
  {
    type: 'approval.requested',
    approval: 'a2',
    call: 'c3',
    nonce: 'n-a2',
    shown: DRAFT,
    subject: {
      kind: 'edit',
      path: 'lib/parser/index.js',
      before: hash('before'),
      after: DRAFT,
      added: 6,
      removed: 3,
      savesUnsaved: true,
      warnings: [],
    },
    rule: 'edit.ask',
    reason: 'Mode “ask”: every edit needs a yes.',
  },
];

export const hunks: HunkView[] = [
  {
    oldStart: 70,
    oldLines: 7,
    newStart: 70,
    newLines: 7,
    lines: [
      ' ',
      '     var o = obj;',
      '     for (var i = 0; i < keys.length-1; i++) {',
      '         var key = keys[i];',
      "-        if (key === '__proto__') return;",
      '+        if (isConstructorOrProto(o, key)) return;',
      '         if (o[key] === undefined) o[key] = {};',
      '         if (o[key] === Object.prototype || o[key] === Number.prototype) o[key] = {};',
    ],
  },
  {
    oldStart: 241,
    oldLines: 3,
    newStart: 241,
    newLines: 8,
    lines: [
      ' }',
      ' ',
      '+',
      '+function isConstructorOrProto (obj, key) {',
      "+    return key === 'constructor' && typeof obj[key] === 'function' || key === '__proto__';",
      '+}',
    ],
  },
];

/** The changes of a waiting edit, taken as proposed unless `states` says otherwise. */
export const proposal = (
  shown = DRAFT,
  states: readonly HunkChoice['state'][] = [],
  approval = 'a2',
  of: readonly HunkView[] = hunks,
): ToView => ({
  type: 'proposal',
  run: RUN,
  approval,
  shown,
  hunks: of.map((hunk, index) => ({ ...hunk, state: states[index] ?? 'proposed' })),
  truncated: false,
});

/** Four changes, so that there is one for each state. */
export const many: HunkView[] = [
  ...hunks,
  {
    oldStart: 262,
    oldLines: 3,
    newStart: 267,
    newLines: 4,
    lines: [' // options', '-var strict = false', '+var strict = true', '+var quiet = false', ' '],
  },
  {
    oldStart: 280,
    oldLines: 4,
    newStart: 286,
    newLines: 2,
    lines: [' // the end', '-// of', '-// it', ' exports.x = 1'],
  },
];

/** Edits of one reply: a change, a new file, a move with and without changes, a deletion. */
const several: readonly Extract<Subject, { kind: 'edit' }>[] = [
  {
    kind: 'edit',
    path: 'lib/parser/index.js',
    before: hash('before'),
    after: DRAFT,
    added: 6,
    removed: 3,
    savesUnsaved: false,
    warnings: [],
  },
  {
    kind: 'edit',
    path: 'lib/parser/guards/is-constructor-or-proto.js',
    after: hash('new'),
    added: 4,
    removed: 0,
    savesUnsaved: false,
    warnings: ['Adds names that mix look-alike letters of two alphabets (p[U+0430]ypal in line 2).'],
  },
  {
    kind: 'edit',
    path: 'docs/options.md',
    from: 'options.md',
    before: hash('moved'),
    after: hash('moved'),
    added: 0,
    removed: 0,
    savesUnsaved: false,
    warnings: [],
  },
  {
    kind: 'edit',
    path: 'assets/logo-old.png',
    before: hash('logo'),
    added: 0,
    removed: 0,
    savesUnsaved: false,
    warnings: ['14 KB that cannot be shown: it is binary.'],
  },
];
export const askedSeveral: EventBody[] = several.map((subject, index) => ({
  type: 'approval.requested',
  approval: `s${index + 1}`,
  call: 'c3',
  nonce: `n-s${index + 1}`,
  shown: subject.after ?? hash('deletion'),
  subject,
  rule: 'edit.ask',
  reason: 'Mode “ask”: every edit needs a yes.',
}));
const created4: HunkView = {
  oldStart: 0,
  oldLines: 0,
  newStart: 1,
  newLines: 4,
  lines: ['+module.exports = function (obj, key) {', '+    return key === "p\u0430ypal"', '+}', '+'],
};
export const severalProposals: readonly ToView[] = [
  proposal(DRAFT, [], 's1'),
  proposal(hash('new'), [], 's2', [created4]),
  proposal(hash('moved'), [], 's3', []),
  proposal(hash('deletion'), [], 's4', []),
];

export const drafted: EventBody[] = [{ type: 'proposal.drafted', approval: 'a2', after: hash('drafted') }];

export const decidedSeveral: EventBody[] = [
  { type: 'approval.decided', approval: 's1', verdict: 'accept', by: 'person', after: hash('drafted') },
  { type: 'approval.decided', approval: 's2', verdict: 'reject', by: 'person', reason: 'Not a file of its own.' },
  { type: 'approval.decided', approval: 's3', verdict: 'accept', by: 'person', after: hash('moved') },
  { type: 'approval.decided', approval: 's4', verdict: 'accept', by: 'person' },
  { type: 'call.started', call: 'c3' },
  {
    type: 'call.finished',
    call: 'c3',
    ok: true,
    forModel: 'Done.',
    title: '3 files',
    changes: [
      { path: 'lib/parser/index.js', before: hash('before'), after: hash('drafted') },
      { path: 'options.md', before: hash('moved') },
      { path: 'docs/options.md', after: hash('moved') },
      { path: 'assets/logo-old.png', before: hash('logo') },
    ],
  },
];

const [editRequest] = askedEdit;
/** The waiting edit as a deletion, or a move. */
const askedAs = (change: Partial<Extract<Subject, { kind: 'edit' }>>, without?: 'after'): EventBody[] => {
  if (editRequest?.type !== 'approval.requested' || editRequest.subject.kind !== 'edit') return [];
  const { after, ...rest } = { ...editRequest.subject, savesUnsaved: false, ...change };
  return [{ ...editRequest, subject: without ? rest : { ...rest, after } }];
};
export const askedDeletion = askedAs({ path: 'lib/parser/legacy.js', added: 0, removed: 4 }, 'after');
export const askedMove = askedAs({ from: 'index.js', added: 1, removed: 1 });
const deleted: HunkView = {
  oldStart: 1,
  oldLines: 4,
  newStart: 0,
  newLines: 0,
  lines: ['-module.exports = function () {', '-    return 1', '-}', '-// the end'],
};

export const commented: EventBody[] = [
  {
    type: 'proposal.commented',
    approval: 'a2',
    comments: [
      { first: 74, last: 74, quote: 'if (isConstructorOrProto(o, key)) return;', text: 'Say why: a comment, please.' },
      { first: 244, last: 246, quote: 'function isConstructorOrProto', text: 'This belongs into a file of its own.' },
    ],
  },
];

export const verified: EventBody[] = [
  { type: 'approval.decided', approval: 'a2', verdict: 'accept', by: 'person', after: DRAFT },
  { type: 'call.started', call: 'c3' },
  {
    type: 'call.finished',
    call: 'c3',
    ok: true,
    forModel: 'Edited index.js.',
    title: 'index.js +6 −3',
    changes: [{ path: 'lib/parser/index.js', before: hash('before'), after: DRAFT }],
  },
  { type: 'turn.started', turn: 4, task: 't2', thread: 'h1' },
  {
    type: 'turn.finished',
    turn: 4,
    text: '',
    calls: [call('c4', 'finish', { summary: 'setKey refuses both names.' })],
    usage: usage(14_000, 90),
    cost: 0.044,
    end: 'calls',
  },
  { type: 'task.verifying', task: 't2', summary: 'setKey refuses both names.', call: 'c4' },
  { type: 'check.started', task: 't2', check: 0, phase: 'verify' },
  { type: 'check.finished', task: 't2', check: 0, phase: 'verify', outcome: 'passed', evidence: 'exit 0' },
  { type: 'check.started', task: 't2', check: 1, phase: 'verify' },
  {
    type: 'check.finished',
    task: 't2',
    check: 1,
    phase: 'verify',
    outcome: 'passed',
    evidence: 'exit 0\n# tests 146\n# pass 146',
  },
  { type: 'checks.judged', task: 't2', phase: 'verify', passed: true },
  { type: 'task.ended', task: 't2', status: 'done', proof: 'code', summary: 'setKey refuses both names.' },
  {
    type: 'call.finished',
    call: 'c4',
    ok: true,
    forModel: 'Verified.',
    title: 'Refuse constructor and prototype in setKey',
    changes: [],
  },
  { type: 'task.started', task: 't3', thread: 'h1' },
  { type: 'person.said', text: 'Please use tape, like the other tests.' },
  { type: 'turn.started', turn: 5, task: 't3', thread: 'h1' },
];

export const asked: EventBody[] = [
  {
    type: 'turn.finished',
    turn: 5,
    text: '',
    calls: [call('c5', 'ask', { text: 'Which?' })],
    usage: usage(15_000, 70),
    cost: 0.04,
    end: 'calls',
  },
  {
    type: 'question.asked',
    question: 'q1',
    call: 'c5',
    text: 'The package has **two** test styles. Which file should the new test go into?',
    options: ['test/proto.js (beside the older pollution tests)', 'A new file test/constructor.js'],
  },
];

export const limited: EventBody[] = [
  {
    type: 'turn.finished',
    turn: 5,
    text: 'One more look at the test folder.',
    calls: [],
    usage: usage(15_000, 70),
    cost: 0.04,
    end: 'stop',
  },
  { type: 'limit.warned', limit: 'cost', used: 0.83, max: 1 },
  { type: 'limit.reached', limit: 'cost', used: 1, max: 1 },
  { type: 'run.paused', reason: 'limit', message: 'The run has used its 1.00 dollars. Give it more, or stop here.' },
];

export const retrying: EventBody[] = [
  {
    type: 'turn.faulted',
    turn: 5,
    fault: { kind: 'rateLimit', message: 'The model server asks to wait (429).', status: 429, retryAfterMs: 12_000 },
    attempt: 1,
    reaction: 'retry',
    delayMs: 12_000,
    usage: usage(0, 0),
  },
];

export const finished: EventBody[] = [
  { type: 'turn.finished', turn: 5, text: '', calls: [], usage: usage(15_000, 70), cost: 0.04, end: 'stop' },
  { type: 'task.verifying', task: 't3', summary: 'Added.' },
  {
    type: 'check.finished',
    task: 't3',
    check: 0,
    phase: 'verify',
    outcome: 'declined',
    evidence: 'The person declined to run it.',
  },
  { type: 'checks.judged', task: 't3', phase: 'verify', passed: true },
  {
    type: 'task.ended',
    task: 't3',
    status: 'done',
    proof: 'none',
    reason: 'A check was declined, so this is unverified by choice.',
  },
  { type: 'task.ended', task: 't4', status: 'failed', reason: 'There is no change log in this package.' },
  { type: 'task.verifying', task: 't1', summary: 'All done.' },
  { type: 'checks.judged', task: 't1', phase: 'verify', passed: true },
  { type: 'task.ended', task: 't1', status: 'done', proof: 'code' },
  {
    type: 'run.ended',
    outcome: 'done',
    report:
      '`setKey` now refuses `constructor` on functions as well as `__proto__`, so no argument can reach a prototype.\n\n- the exploit from CVE-2021-44906 no longer works\n- all 146 tests still pass',
  },
];

/** A plan in the middle of its life: proven, judged, learned from, blocked with what needs it, skipped, waiting, ordered. */
export const steered: EventBody[] = [
  {
    type: 'tasks.planned',
    by: 'model',
    tasks: [
      ...(
        [
          ['t5', 'Write the parser', 90, []],
          ['t6', 'Explain it in the readme', 80, []],
          ['t7', 'Make the slow test fast', 70, []],
          ['t8', 'Publish the package', 60, []],
          ['t9', 'Tell the mailing list', 50, ['t8']],
          ['t10', 'Translate the readme', 40, []],
          ['t11', 'Remove the old parser', 30, []],
          ['t12', 'Update every example in the documentation to the new options', 20, []],
          ['t13', 'Close the issue', 10, ['t11', 't12', 't7']],
        ] as const
      ).map(([id, title, priority, dependsOn]) => ({
        id,
        parent: 't1',
        title,
        description: `What “${title}” means, in more words.`,
        priority,
        dependsOn: [...dependsOn],
        checks:
          id === 't6'
            ? [{ kind: 'judge' as const, question: 'Can a newcomer follow it?' }]
            : id === 't7'
              ? [{ kind: 'command' as const, command: 'npm test', cwd: '', exit: 0 }]
              : [],
      })),
    ],
  },
  { type: 'task.started', task: 't5', thread: 'h1' },
  { type: 'task.ended', task: 't5', status: 'done', proof: 'code' },
  { type: 'reward.given', task: 't5', amount: 5, why: 'taskDone' },
  { type: 'task.started', task: 't6', thread: 'h1' },
  { type: 'task.verifying', task: 't6', summary: 'Explained.' },
  {
    type: 'check.finished',
    task: 't6',
    check: 0,
    phase: 'verify',
    outcome: 'passed',
    evidence: 'It is short and clear.',
  },
  { type: 'checks.judged', task: 't6', phase: 'verify', passed: true },
  { type: 'task.ended', task: 't6', status: 'done', proof: 'judge' },
  { type: 'reward.given', task: 't6', amount: 6, why: 'taskDone' },
  {
    type: 'task.ended',
    task: 't8',
    status: 'blocked',
    reason: 'The registry asks for a password that nobody has given.',
  },
  {
    type: 'task.ended',
    task: 't9',
    status: 'blocked',
    cause: 'dependency',
    reason: 'It needs t8 (Publish the package), which is blocked.',
  },
  { type: 'task.ended', task: 't10', status: 'skipped', by: 'person', reason: 'The person skipped it.' },
  { type: 'task.started', task: 't7', thread: 'h1' },
  { type: 'check.finished', task: 't7', check: 0, phase: 'baseline', outcome: 'failed', evidence: 'exit 1' },
  { type: 'task.requeued', task: 't7', evidence: 'npm test: exit 1' },
  { type: 'reward.given', task: 't7', amount: -1, why: 'checkFailed' },
  {
    type: 'task.requeued',
    task: 't7',
    evidence: 'npm test: exit 1\n1 of 146 failed',
    lesson: 'The test is slow because it waits for the network, not because of the parser.',
    strategy: 'Serve the answer from a fixture.',
  },
  { type: 'reward.given', task: 't7', amount: -1, why: 'checkFailed' },
  { type: 'task.started', task: 't7', thread: 'h1' },
];

/** Everything that leaves a quiet line. */
export const notes: EventBody[] = [
  { type: 'run.forked', run: RUN, from: 'r0', upTo: 4, lastSum: hash('sum'), changedSince: ['index.js'] },
  { type: 'run.renamed', title: 'Parser, second try' },
  {
    type: 'message.added',
    thread: 'h1',
    text: 'Rules.',
    why: 'rules',
    files: [{ path: 'AGENTS.md', hash: hash('a') }],
  },
  {
    type: 'stuck.noticed',
    task: 't7',
    rule: 'cycle',
    level: 1,
    message: 'the same 2 steps were repeated 3 times: "Read a.js", "npm test"',
  },
  { type: 'message.added', thread: 'h1', text: 'This goes in circles.', why: 'nudge' },
  { type: 'thread.compacted', thread: 'h1', from: 2, text: 'Summary', seen: [], by: 'model' },
  {
    type: 'message.added',
    thread: 'h1',
    text: 'Changed.',
    why: 'changed',
    files: [{ path: 'lib/a.js', hash: hash('b') }],
  },
  { type: 'model.changed', model: 'gpt-5.1-mini' },
  {
    type: 'tasks.planned',
    by: 'model',
    replaces: ['t12'],
    tasks: [
      {
        id: 't14',
        parent: 't1',
        title: 'Update the examples that are tested',
        description: '',
        priority: 20,
        dependsOn: [],
        checks: [],
      },
    ],
  },
  {
    type: 'tasks.planned',
    by: 'person',
    tasks: [
      {
        id: 't15',
        parent: 't1',
        title: 'Thank the reporter',
        description: '',
        priority: 50,
        dependsOn: [],
        checks: [],
      },
    ],
  },
  { type: 'task.edited', task: 't15', by: 'person', title: 'Thank the reporter by name' },
  { type: 'tasks.ordered', order: ['t15', 't11', 't14', 't13'] },
  { type: 'task.retried', task: 't10' },
  { type: 'task.removed', task: 't10', by: 'person' },
  { type: 'limit.warned', limit: 'dayTokens', used: 812_000, max: 1_000_000 },
  { type: 'run.paused', reason: 'person', message: '' },
  { type: 'run.resumed', extended: { dayCost: 12.5 } },
];

export const weakened: EventBody[] = [
  {
    type: 'check.weakened',
    task: 't7',
    findings: [
      { path: 'test/proto.js', what: '7 of 9 assertions are gone' },
      { path: 'test/all_bool.js', what: 'it was deleted' },
    ],
  },
  {
    type: 'approval.requested',
    approval: 'a7',
    call: 'weakened:t7',
    nonce: 'n-a7',
    shown: hash('findings'),
    subject: {
      kind: 'weakened',
      task: 't7',
      findings: [
        { path: 'test/proto.js', what: '7 of 9 assertions are gone' },
        { path: 'test/all_bool.js', what: 'it was deleted' },
      ],
    },
    rule: 'check.weakened',
    reason: 'A check that passes because its tests say less proves nothing.',
  },
];

export const dayLimit: EventBody[] = [
  { type: 'limit.reached', limit: 'dayCost', used: 10.02, max: 10 },
  { type: 'run.paused', reason: 'limit', message: 'dayCost 10.02 / 10' },
];

/** The whole story up to and with the named part. */
export const story = (...parts: readonly (readonly EventBody[])[]): RunEvent[] => events(parts.flat());

const STEERED = [created, planned.slice(0, 5), steered];

export const SCENES: Readonly<Record<string, readonly ToView[]>> = {
  welcome: [init([])],
  'welcome-no-model': [
    init([], {
      host: {
        ...host,
        suggestion: undefined,
        folder: undefined,
        trusted: false,
        model: { id: '', label: '', ready: false },
      },
    }),
  ],
  planning: [
    init(story(created, planned.slice(0, 5))),
    {
      type: 'delta',
      run: RUN,
      deltas: [{ kind: 'text', of: '2', text: '`setKey` refuses `__proto__` only. A path through `constr' }],
    },
  ],
  command: [init(story(created, planned, askedCommand))],
  edit: [init(story(created, planned, askedCommand, baseline, askedEdit)), proposal()],
  hunks: [
    init(story(created, planned, askedCommand, baseline, askedEdit, drafted)),
    proposal(hash('drafted'), ['proposed', 'rejected', 'edited', 'own'], 'a2', many),
  ],
  'left-out': [
    init(story(created, planned, askedCommand, baseline, askedEdit, drafted)),
    proposal(hash('drafted'), ['rejected', 'rejected']),
  ],
  delete: [init(story(created, planned, askedCommand, baseline, askedDeletion)), proposal(DRAFT, [], 'a2', [deleted])],
  move: [
    init(story(created, planned, askedCommand, baseline, askedMove)),
    proposal(DRAFT, [], 'a2', hunks.slice(0, 1)),
  ],
  several: [init(story(created, planned, askedCommand, baseline, askedSeveral)), ...severalProposals],
  remarks: [init(story(created, planned, askedCommand, baseline, askedEdit, commented)), proposal()],
  decided: [init(story(created, planned, askedCommand, baseline, askedSeveral, decidedSeveral))],
  running: [
    init(story(created, planned, askedCommand, baseline, askedEdit, verified)),
    {
      type: 'delta',
      run: RUN,
      deltas: [
        {
          kind: 'text',
          of: '5',
          text: 'I will put the new test beside the older ones, with tape:\n\n```js\ntest("constructor", t => {',
        },
      ],
    },
  ],
  question: [init(story(created, planned, askedCommand, baseline, askedEdit, verified, asked))],
  limit: [init(story(created, planned, askedCommand, baseline, askedEdit, verified, limited))],
  retry: [init(story(created, planned, askedCommand, baseline, askedEdit, verified, retrying))],
  finished: [init(story(created, planned, askedCommand, baseline, askedEdit, verified, finished))],
  steered: [init(story(...STEERED))],
  notes: [init(story(...STEERED, notes))],
  weakened: [init(story(...STEERED, weakened))],
  dayLimit: [init(story(...STEERED, dayLimit))],
  interrupted: [
    init(story(created, planned, askedCommand, baseline, askedEdit, verified, [{ type: 'run.recovered' }])),
  ],
};
