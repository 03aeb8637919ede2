/**
 * In the real editor nothing under the workspace changes on disk before a yes: random proposals and answers through the
 * editor's own adapters, with a snapshot of everything at every event.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { startRun } from '../../src/agent/index.ts';
import type { RunEvent } from '../../src/agent/journal/event.ts';
import { chatModel } from '../../src/agent/model/chat.ts';
import type { Ports } from '../../src/agent/ports.ts';
import { editorPorts } from '../../src/extension/ports/ports.ts';
import { type OpenAiServer, openAiServer } from '../fixtures/openai-server.ts';
import { SEED } from '../harness/seed.ts';

function snapshot(folder: string, below = ''): Record<string, string> {
  return Object.fromEntries(
    readdirSync(path.join(folder, below)).flatMap((name) => {
      const at = path.join(below, name);
      const full = path.join(folder, at);
      const { mode } = lstatSync(full);
      if (lstatSync(full).isDirectory()) return [[at, `folder ${mode}`], ...Object.entries(snapshot(folder, at))];
      return [[at, `file ${mode} ${createHash('sha256').update(readFileSync(full)).digest('hex')}`]];
    }),
  );
}

const call = (name: string, args: object) => ({ name, arguments: args });
const name = fc.constantFrom('a.txt', 'b.txt', 'new/c.txt', '.vscode/settings.json');
const action = fc.oneof(
  fc.record({ path: name, content: fc.constantFrom('one\n', 'two\r\n', '') }).map((args) => call('write', args)),
  fc.record({ path: name, edits: fc.constant([{ old: 'one', new: 'two' }]) }).map((args) => call('edit', args)),
  fc.constant(call('run', { command: 'touch made.txt' })),
);
const scenario = fc.record({
  turns: fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
  answers: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
});

const opens = (event: RunEvent) => event.type === 'call.started' && event.intent !== undefined;

const noView = () => ({ output: () => {}, goesOn: () => {}, ended: () => {} });

describe('before a yes', () => {
  let server: OpenAiServer;
  let ports: Ports;
  let storage: string;
  let turns: ReturnType<typeof call>[][] = [];
  let turn = 0;
  const subscriptions: vscode.Disposable[] = [];

  before(async () => {
    server = await openAiServer(() => ({ toolCalls: turns[turn++] ?? [call('finish', { summary: 'Done.' })] }));
    storage = mkdtempSync(path.join(os.tmpdir(), 'gw-storage-'));
    ports = await editorPorts(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', storage, noView, subscriptions);
  });
  after(async () => {
    for (const one of subscriptions) one.dispose();
    await server.close();
    await rm(storage, { recursive: true, force: true });
  });

  it('nothing changes on disk in the real editor', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const { root } = ports.workspace;
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await writeFile(path.join(root, 'a.txt'), 'one\n');
        await writeFile(path.join(root, 'b.txt'), 'one\r\none again\r\n');
        turns = given.turns;
        turn = 0;
        const model = chatModel({
          baseUrl: server.baseUrl,
          apiKey: 'test',
          model: 'test',
          profile: { id: 'test', contextWindow: 100_000, outputLimit: 1_000, tools: 'native', images: false },
          fetch,
          clock: ports.clock,
        });
        const goal = {
          goal: 'Work',
          root: 'ws',
          mode: 'ask' as const,
          limits: { steps: 4 },
          agent: { name: 'G', role: 'an engineer' },
          attended: true,
        };
        const started = await startRun(ports, model, goal, { trusted: true });
        assert.ok('run' in started, JSON.stringify(started));
        const { run } = started;
        let expected = snapshot(root);
        let acting = false;
        let asked = 0;
        const yes = new Set<string>();
        run.listen({
          event(event, state) {
            if (!acting) assert.deepEqual(snapshot(root), expected, `at ${event.type}`);
            if (event.type === 'approval.requested') {
              const { approval, nonce, shown } = event;
              const verdict = given.answers[asked++ % given.answers.length] ? 'accept' : 'reject';
              setImmediate(() => void run.send({ type: 'decide', approval, nonce, shown, verdict }));
            }
            if (event.type === 'approval.decided' && event.verdict === 'accept')
              yes.add(state.approvals.find(({ id }) => id === event.approval)?.call ?? '');
            if (event.type === 'call.started' && opens(event)) {
              assert.ok(yes.has(event.call), 'an effect without its yes');
              acting = true;
            }
            if (event.type === 'call.finished') {
              expected = snapshot(root);
              acting = false;
            }
            if (event.type === 'run.paused') setImmediate(() => void run.send({ type: 'stop' }));
          },
        });
        const state = await run.finished;
        assert.doesNotMatch(state.report ?? '', /Goalwright failed/);
      }),
      { numRuns: 15, seed: SEED },
    );
  });
});
