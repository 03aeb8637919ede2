/**
 * Nothing under the workspace changes on disk before a yes: random plans, edits, writes and commands, random answers, and a
 * snapshot of every file, folder, mode and link compared at every event.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/agent/journal/event.ts';
import { call, openScene } from './scene.ts';

/** Path -> what is there. Synchronous, so that nothing can happen between an event and the look at it. */
function snapshot(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(path.join(folder, below)).sort()) {
    const at = path.join(below, name);
    const full = path.join(folder, at);
    const info = lstatSync(full);
    if (info.isDirectory()) Object.assign(found, { [at]: `folder ${info.mode}` }, snapshot(folder, at));
    else if (info.isSymbolicLink()) found[at] = `link ${readlinkSync(full)}`;
    else found[at] = `file ${info.mode} ${createHash('sha256').update(readFileSync(full)).digest('hex')}`;
  }
  return found;
}

const name = fc.constantFrom(
  'a.txt',
  'src/b.js',
  'new/deep/c.md',
  'd.json',
  'missing.txt',
  '../out.txt',
  '.git/config',
  '.vscode/settings.json',
  '.env',
);
const action = fc.oneof(
  fc.record({ path: name, content: fc.constantFrom('', 'one\n', '{"a":1}\n') }).map((args) => call('write', args)),
  fc
    .record({ path: name, old: fc.constantFrom('one', 'two', 'x'), new: fc.constantFrom('two', 'three', '') })
    .map((args) => call('edit', { path: args.path, edits: [{ old: args.old, new: args.new }] })),
  fc
    .constantFrom('echo hi > e.txt', 'rm -f a.txt', 'mkdir -p made && touch made/f', 'chmod 755 a.txt')
    .map((command) => call('run', { command })),
  fc.record({ paths: fc.array(name, { minLength: 1, maxLength: 2 }) }).map((args) => call('read', args)),
  fc.constant(call('search', { pattern: 'one' })),
  fc.constant(
    call('plan', {
      tasks: [{ title: 'Work', checks: [{ command: 'touch checked; true' }, { file: 'd.json', valid: 'json' }] }],
    }),
  ),
  fc.constant(call('finish', { summary: 'Done.' })),
);
const scenario = fc.record({
  turns: fc.array(fc.array(action, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  answers: fc.array(fc.constantFrom('accept', 'no', 'later', 'draft'), { minLength: 1, maxLength: 8 }),
});

/** Effects that a yes allows: between these events the disk may change. */
const opens = (event: RunEvent): boolean =>
  (event.type === 'call.started' || event.type === 'check.started') && event.intent !== undefined;
const closes = (event: RunEvent): boolean =>
  event.type === 'call.finished' || event.type === 'check.finished' || event.type === 'run.ended';

describe('the workspace', () => {
  it('is untouched before a yes', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ turns, answers }) => {
        await using scene = await openScene({
          files: { 'a.txt': 'one\n', 'src/b.js': 'one\r\ntwo\r\n', '.env': 'KEY=one\n' },
          limits: { steps: 6 },
          model: ({ number }) => ({ toolCalls: turns[number] ?? [call('finish', { summary: 'Done.' })] }),
        });
        let expected = snapshot(scene.root);
        let acting = false;
        let asked = 0;
        const yes = new Set<string>();
        await scene.run('Work', {
          event(event, run) {
            if (!acting) expect(snapshot(scene.root), `at ${event.type}`).toEqual(expected);
            if (event.type === 'approval.decided' && event.verdict === 'accept') {
              const call = run.state().approvals.find(({ id }) => id === event.approval)?.call;
              if (call) yes.add(call);
            }
            if (opens(event)) {
              // Each effect has its own yes; a check's holds for the whole run.
              expect([...yes]).toContain(
                event.type === 'check.started'
                  ? `check:${event.task}:${event.check}`
                  : event.type === 'call.started'
                    ? event.call
                    : '',
              );
              acting = true;
            } else if (closes(event)) {
              expected = snapshot(scene.root);
              acting = false;
            }
          },
          async decide(event, run) {
            const answer = answers[asked++ % answers.length];
            if (answer === 'draft' && event.subject.kind === 'edit')
              await run.draft(event.approval, new TextEncoder().encode('mine\n'));
            return answer === 'draft' ? 'accept' : answer;
          },
          paused: (_, run) => void run.send({ type: 'stop' }),
        });
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
