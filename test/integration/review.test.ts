/** The parts of the review that need no run: the overview's list, hunks at the cursor, remarks that move with their lines. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { type Asked, waitingEdits } from '../../src/agent/journal/edits.ts';
import { initialState } from '../../src/agent/journal/state.ts';
import type { HunkChoice } from '../../src/agent/protocol.ts';
import { bounded, hunkAt } from '../../src/extension/review/hunks.ts';
import { Overview } from '../../src/extension/review/overview.ts';
import { movedBy } from '../../src/extension/review/remark-lines.ts';
import { Sight } from '../../src/extension/review/sight.ts';

/** Deletions: they have a left side only. */
const asked = (id: string, call: string, path: string): Asked => ({
  id,
  call,
  nonce: 'n',
  shown: 's',
  subject: { kind: 'edit', path, before: '0'.repeat(64), added: 0, removed: 1, savesUnsaved: false, warnings: [] },
  rule: '',
  reason: '',
  status: 'waiting',
  drafted: false,
  comments: [],
});
const call = (id: string) => ({ id, name: 'delete', arguments: '{}', turn: 1, status: 'waiting' as const });
const turn = {
  turn: 1,
  task: 't1',
  thread: 'h1',
  status: 'finished',
  calls: ['c1', 'c2', 'c3'].map(call),
  text: '',
  cut: false,
} as const;

describe('the overview of waiting edits', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('accepts what it lists as it is, and says what stays open', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    for (const name of ['a', 'b', 'c'])
      writeFileSync(vscode.Uri.joinPath(folder.uri, `${name}.txt`).fsPath, `${name}\n`);
    let now = 0;
    const sight = new Sight(() => now);
    let state = { ...initialState, turn, approvals: [asked('a1', 'c1', 'a.txt'), asked('a2', 'c2', 'b.txt')] };
    const accepted: string[] = [];
    const overview = new Overview({ folder, runId: 'r1', state: () => state }, sight, async ({ id }) => {
      accepted.push(id);
      state = {
        ...state,
        approvals: state.approvals.map((one) => (one.id === id ? { ...one, status: 'accepted' } : one)),
      };
      return undefined;
    });
    assert.equal(await overview.open(), undefined);
    assert.equal(overview.isInFront, true);
    assert.match((await overview.acceptAll()) ?? '', /too soon/);
    now = 1000;
    state = { ...state, approvals: [...state.approvals, asked('a3', 'c3', 'c.txt')] };
    sight.changed('a2');
    assert.match((await overview.acceptAll()) ?? '', /^1 of 3 edits were accepted/);
    assert.deepEqual(accepted, ['a1']);
    now = 2000;
    assert.match((await overview.acceptAll()) ?? '', /^1 of 2 edits were accepted/);
    assert.deepEqual(accepted, ['a1', 'a2']);
    // What came later is listed when the person opens it again.
    assert.equal(await overview.open(), undefined);
    now = 3000;
    assert.equal(await overview.acceptAll(), undefined);
    assert.deepEqual(accepted, ['a1', 'a2', 'a3']);
  });

  it('lists an edit that was asked again where its call stands', () => {
    const approvals = [asked('a1', 'c2', 'b.txt'), asked('a2', 'c1', 'a.txt')];
    assert.deepEqual(
      waitingEdits({ ...initialState, turn, approvals }).map(({ id }) => id),
      ['a2', 'a1'],
    );
  });
});

describe('hunks of an edit', () => {
  const hunk = (state: HunkChoice['state'], newStart: number, newLines: number, oldLines = newLines): HunkChoice => ({
    state,
    oldStart: newStart,
    oldLines,
    newStart,
    newLines,
    lines: Array.from({ length: newLines }, () => '+x'),
  });

  it('are found by the line of the draft', () => {
    const hunks = [hunk('proposed', 2, 7), hunk('rejected', 17, 20, 7), hunk('own', 30, 1)];
    const found = [1, 2, 8, 9, 17, 23, 24, 30, 31].map((line) => hunkAt(hunks, line));
    assert.deepEqual(found, [undefined, 0, 0, undefined, 1, 1, undefined, 2, undefined]);
  });

  it('are handed on in no more text than a card shows, the first ones first', () => {
    const { hunks, isCut } = bounded([hunk('proposed', 1, 4), hunk('proposed', 9, 4)], 18);
    assert.deepEqual(
      hunks.map(({ lines }) => lines.length),
      [4, 2],
    );
    assert.equal(isCut, true);
    assert.equal(bounded([hunk('proposed', 1, 4)], 12).isCut, false);
  });
});

describe('a remark on lines', () => {
  const text = fc.array(fc.constantFrom<string>('', 'a', 'bb', 'ccc'), { minLength: 1, maxLength: 8 });

  it('stays on lines that an edit elsewhere only moves', () => {
    const edits = fc.record({
      at: fc.nat(7),
      take: fc.nat(3),
      put: fc.array(fc.constantFrom('x', 'yy'), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(text, fc.nat(7), fc.nat(3), edits, (lines, from, more, { at, take, put }) => {
        const first = Math.min(from, lines.length - 1);
        const last = Math.min(first + more, lines.length - 1);
        const start = Math.min(at, lines.length);
        const end = Math.min(start + take, lines.length);
        fc.pre(end <= first || start > last);
        const change = {
          range: { start: { line: start, character: 0 }, end: { line: end, character: 0 } },
          text: put.map((line) => `${line}\n`).join(''),
        };
        const after = lines.toSpliced(start, end - start, ...put);
        const span = movedBy({ first, last }, change);
        assert.deepEqual(after.slice(span.first, span.last + 1), lines.slice(first, last + 1));
      }),
    );
  });

  it('grows with what is written into it, and never vanishes', () => {
    const at = (line: number, character: number) => ({ line, character });
    const typed = { range: { start: at(3, 2), end: at(3, 2) }, text: '\n' };
    assert.deepEqual(movedBy({ first: 3, last: 3 }, typed), { first: 3, last: 4 });
    assert.deepEqual(movedBy({ first: 4, last: 4 }, typed), { first: 5, last: 5 });
    const cut = { range: { start: at(0, 0), end: at(9, 0) }, text: '' };
    assert.deepEqual(movedBy({ first: 3, last: 5 }, cut), { first: 0, last: 0 });
  });
});
