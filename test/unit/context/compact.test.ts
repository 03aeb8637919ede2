/** Shortening a thread: where it may be cut, and what the text that takes its place never loses. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactText, cutAt, summaryMessages } from '../../../src/agent/context/compact.ts';
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
        .tuple(fc.string({ maxLength: 200 }), fc.array(fc.string({ maxLength: 2_000 }), { maxLength: 4 }))
        .map(([text, results]): ChatMessage[] => [
          { role: 'assistant', text, calls: results.map((_, i) => ({ id: `c${i}`, name: 'read', arguments: '{}' })) },
          ...results.map((result, i): ChatMessage => ({ role: 'tool', call: `c${i}`, name: 'read', text: result })),
        ]),
    ),
    { maxLength: 40 },
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
  errors: [{ call: 'x', title: 'Run npm test', text: 'exit 1: not ok 3' }],
  changes: [{ path: 'test/a.js' }],
};
const thread = (messages: ChatMessage[], seen: Thread['seen'] = {}): Thread => ({
  id: 'h1',
  tools: [],
  messages,
  seen,
  rules: [],
  epoch: 0,
});
const second = state.queue.tasks[1];
if (!second) throw new Error('no task');

describe('a cut', () => {
  it('keeps calls with their results, the latest exchange, and shortens', () => {
    fc.assert(
      fc.property(threads, fc.integer({ min: 0, max: 5_000 }), (messages, keep) => {
        const from = cutAt(messages, keep);
        if (from === undefined) return;
        const kept = messages.slice(from);
        const asked = new Set(kept.flatMap((one) => (one.role === 'assistant' ? one.calls.map(({ id }) => id) : [])));
        const answered = kept.flatMap((one) => (one.role === 'tool' ? one.call : []));
        expect(answered.every((id) => asked.has(id))).toBe(true);
        expect(answered).toHaveLength(asked.size);
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
    const much: RunState = {
      ...state,
      decisions: Array.from({ length: 100 }, () => long),
      errors: [{ call: 'x', title: 'Run', text: long }],
    };
    const seen = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`file-${i}.ts`, 'h']));
    expect(compactText(much, thread([], seen), second, 0).length).toBeLessThan(12_000);
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
  const [, asked] = summaryMessages(messages, 50, 2_000);
  expect(asked?.text).toContain('message 48');
  expect(asked?.text).not.toContain('message 10 ');
  expect(promptTokens({ messages: asked ? [asked] : [], tools: [] })).toBeLessThan(2_500);
});
