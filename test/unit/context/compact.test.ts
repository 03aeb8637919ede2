/** Shortening a thread: where it may be cut, and what the text that takes its place never loses. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compaction, compactText, cutAt, keptFiles, summaryMessages } from '../../../src/agent/context/compact.ts';
import { apply } from '../../../src/agent/journal/fold.ts';
import { initialState, type RunState, type Thread } from '../../../src/agent/journal/state.ts';
import type { ChatMessage } from '../../../src/agent/model/model.ts';
import { promptTokens } from '../../../src/agent/model/tokens.ts';
import { applyToQueue, emptyQueue } from '../../../src/agent/queue/queue.ts';

/** A well-formed thread: system, brief, then notes and exchanges of a reply with the results of its calls. */
const threads = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 400 }).map((text): ChatMessage[] => [{ role: 'user', text }]),
      fc
        .tuple(
          fc.string({ maxLength: 200 }),
          fc.array(
            fc.nat(400).map((words) => 'word '.repeat(words)),
            { maxLength: 4 },
          ),
        )
        .map(([text, results]): ChatMessage[] => [
          { role: 'assistant', text, calls: results.map((_, i) => ({ id: `c${i}`, name: 'read', arguments: '{}' })) },
          ...results.map((result, i): ChatMessage => ({ role: 'tool', call: `c${i}`, name: 'read', text: result })),
        ]),
    ),
    { minLength: 2, maxLength: 40, size: 'max' },
  )
  .map((parts): ChatMessage[] => {
    // Ids are unique in a thread.
    let number = 0;
    return [
      { role: 'system', text: 'system' },
      { role: 'user', text: 'brief' },
      ...parts.flatMap((part) => {
        number += 1;
        return part.map(
          (message): ChatMessage =>
            message.role === 'assistant'
              ? { ...message, calls: message.calls.map((call) => ({ ...call, id: `${number}${call.id}` })) }
              : message.role === 'tool'
                ? { ...message, call: `${number}${message.call}` }
                : message,
        );
      }),
    ];
  });

const tasks = [
  { id: 't1', title: 'Make it safe', description: '', priority: 50, dependsOn: [], checks: [] },
  {
    id: 't2',
    title: 'Write the test',
    description: 'In test/a.js.',
    priority: 50,
    dependsOn: [],
    parent: 't1',
    checks: [{ kind: 'command' as const, command: 'npm test', cwd: '', exit: 0 }],
  },
];
const state: RunState = {
  ...initialState,
  goal: 'Make it safe',
  queue: applyToQueue(emptyQueue, { type: 'tasks.planned', by: 'model', tasks }),
  decisions: ['Use no library.', 'Rejected a change of a.js: wrong file'],
  errors: [{ call: 'x', title: 'Run npm test', text: 'exit 1: not ok 3', isData: true }],
  changes: [{ path: 'test/a.js' }],
};
const thread = (messages: ChatMessage[], seen: Thread['seen'] = {}, epoch = 0): Thread => ({
  id: 'h1',
  tools: [],
  messages,
  seen,
  rules: [],
  epoch,
});
const second = state.queue.tasks[1];
if (!second) throw new Error('no task');

/** Every call has its result right behind it, and every result its call before it. */
function expectPaired(messages: readonly ChatMessage[]): void {
  const open = new Set<string>();
  for (const message of messages) {
    if (message.role === 'tool') expect(open.delete(message.call)).toBe(true);
    else expect(open.size).toBe(0);
    if (message.role === 'assistant') for (const { id } of message.calls) open.add(id);
  }
  expect(open.size).toBe(0);
}

describe('a cut', () => {
  it('keeps calls with their results, the latest exchange, and shortens', () => {
    fc.assert(
      fc.property(threads, fc.integer({ min: 0, max: 5_000 }), (messages, keep) => {
        const from = cutAt(messages, keep);
        if (from === undefined) return;
        const kept = messages.slice(from);
        expectPaired(kept);
        expect(from).toBeGreaterThan(2);
        const last = messages.findLastIndex(({ role }) => role === 'assistant');
        if (last >= 0) expect(from).toBeLessThanOrEqual(last);
        // More than asked for only where the last exchange alone is larger.
        const rest = messages[from + 1] ? promptTokens({ messages: kept, tools: [] }) : 0;
        if (rest > keep + 13 && last >= 0) expect(from).toBe(last);
      }),
      { numRuns: 500 },
    );
  });

  it('is not made where nothing could go', () => {
    const short: ChatMessage[] = [
      { role: 'system', text: 's' },
      { role: 'user', text: 'brief' },
      { role: 'assistant', text: 'x', calls: [{ id: 'c1', name: 'read', arguments: '{}' }] },
      { role: 'tool', call: 'c1', name: 'read', text: 'y'.repeat(50_000) },
    ];
    expect(cutAt(short, 100)).toBeUndefined();
  });
});

describe('a compaction', () => {
  it('keeps calls with their results and the system text first, never grows the thread, keeps goal and task ids', () => {
    let made = 0;
    fc.assert(
      fc.property(
        threads,
        fc.integer({ min: 0, max: 3_000 }),
        fc.option(fc.string({ maxLength: 3_000 }), { nil: undefined }),
        (messages, keep, notes) => {
          let now: RunState = { ...state, threads: { h1: thread(messages) } };
          // Again and again, until nothing can go.
          for (let round = 0; round < 5; round += 1) {
            const before = now.threads.h1;
            const from = before && cutAt(before.messages, keep);
            const done = from === undefined ? undefined : before && compaction(now, before, second, from, notes);
            if (!before || from === undefined || !done) return;
            made += 1;
            now = apply(now, {
              type: 'thread.compacted',
              thread: 'h1',
              ...done,
              seen: [...done.seen],
              seq: round,
              at: 0,
            });
            const after = now.threads.h1?.messages ?? [];
            expect(after[0]).toEqual(messages[0]);
            expect(after.slice(2)).toEqual(before.messages.slice(from));
            expectPaired(after);
            expect(promptTokens({ messages: after, tools: [] })).toBeLessThan(
              promptTokens({ messages: before.messages, tools: [] }),
            );
            const text = after[1]?.text ?? '';
            for (const never of [`Goal: ${state.goal}`, '- t1 ', '- t2 ', 'Your task is t2: Write the test'])
              expect(text).toContain(never);
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(made).toBeGreaterThan(100);
  });

  it('without a gain is none', () => {
    const little: ChatMessage[] = [
      { role: 'system', text: 's' },
      { role: 'user', text: 'brief' },
      { role: 'user', text: 'x' },
      { role: 'assistant', text: 'y', calls: [] },
    ];
    expect(cutAt(little, 1)).toBe(3);
    expect(compaction(state, thread(little), second, 3)).toBeUndefined();
  });

  it('by code hands the earlier notes on; with new ones they are replaced', () => {
    const long: ChatMessage = { role: 'user', text: 'word '.repeat(2_000) };
    const first = compactText(state, thread([]), second, 0, 'It exports x.');
    const again = thread([{ role: 'system', text: 's' }, { role: 'user', text: first }, long, long], {}, 1);
    expect(compaction(state, again, second, 3)?.text).toContain('Notes so far:\nIt exports x.');
    const noted = compaction(state, again, second, 3, 'It exports y.');
    expect(noted).toMatchObject({ by: 'model' });
    expect(noted?.text).toContain('Notes so far:\nIt exports y.');
    expect(noted?.text).not.toContain('It exports x.');
    expect(summaryMessages(again, 3, 100)[1]?.text).toContain('It exports x.');
  });

  it('by too long notes is made without them', () => {
    const messages: ChatMessage[] = [
      { role: 'system', text: 's' },
      { role: 'user', text: 'word '.repeat(1_000) },
      { role: 'user', text: 'x' },
      { role: 'assistant', text: 'y', calls: [] },
    ];
    expect(compaction(state, thread(messages), second, 3, 'word '.repeat(2_000))).toMatchObject({ by: 'code' });
  });
});

it('a file is still known if its text stays, not if it is only named', () => {
  const messages: ChatMessage[] = [
    { role: 'assistant', text: 'dropped.js', calls: [{ id: 'c1', name: 'edit', arguments: '{"path":"./lib/a.js"}' }] },
    { role: 'tool', call: 'c1', name: 'edit', text: 'Wrote lib/a.js.' },
    { role: 'tool', call: 'c2', name: 'find', text: 'dropped.js' },
    { role: 'tool', call: 'c3', name: 'read', text: '=== b (1).js (1 line)\ndropped.js\n=== no.js (no such file)\n' },
  ];
  const seen = { 'lib/a.js': 'x', 'b (1).js': 'x', 'dropped.js': 'x' };
  expect(keptFiles({ messages, seen }, 0)).toEqual(['lib/a.js', 'b (1).js']);
});

describe('the text in its place', () => {
  it('holds goal, plan, task, decisions, open files and unsolved errors, word for word', async () => {
    const messages: ChatMessage[] = [
      { role: 'system', text: 's' },
      { role: 'user', text: 'brief' },
      { role: 'assistant', text: '', calls: [{ id: 'c1', name: 'read', arguments: '{"paths":["old.js"]}' }] },
      { role: 'tool', call: 'c1', name: 'read', text: '=== old.js (1 line)\nx' },
      { role: 'assistant', text: '', calls: [{ id: 'c2', name: 'read', arguments: '{"paths":["new.js"]}' }] },
      { role: 'tool', call: 'c2', name: 'read', text: '=== new.js (1 line)\ny' },
    ];
    const seen = { 'old.js': 'a', 'new.js': 'b' };
    const text = compactText(state, thread(messages, seen), second, 4, 'Read old.js: it exports x.');
    await expect(`${text}\n`).toMatchFileSnapshot('prompts/compacted.txt');
    for (const never of ['Make it safe', 't1', 't2', 'Use no library.', 'not ok 3', 'old.js', 'npm test'])
      expect(text).toContain(never);
    expect(text).not.toContain('is no longer here (read again what you need): new.js');
  });

  it('stays small whatever happened before', () => {
    const long = 'x'.repeat(100_000);
    const many = Array.from({ length: 100 }, (_, i) => ({ ...second, id: `t${i}`, summary: long }));
    const much: RunState = {
      ...state,
      queue: { ...state.queue, tasks: many },
      changes: Array.from({ length: 500 }, (_, i) => ({ path: `file-${i}.ts` })),
      decisions: Array.from({ length: 100 }, () => long),
      errors: [{ call: 'x', title: 'Run', text: long, isData: true }],
    };
    const seen = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`file-${i}.ts`, 'h']));
    expect(compactText(much, thread([], seen), second, 0).length).toBeLessThan(20_000);
  });
});

it('the notes are asked for with the latest part, when all of it would be too much', () => {
  const messages: ChatMessage[] = [
    { role: 'system', text: 's' },
    ...Array.from(
      { length: 50 },
      (_, i): ChatMessage => ({ role: 'user', text: `message ${i} ${'word '.repeat(200)}` }),
    ),
  ];
  const [, asked] = summaryMessages({ epoch: 0, messages }, 50, 2_000);
  expect(asked?.text).toContain('message 48');
  expect(asked?.text).not.toContain('message 10 ');
  expect(promptTokens({ messages: asked ? [asked] : [], tools: [] })).toBeLessThan(2_500);
});
