import { expect, test } from 'vitest';
import type { ToView } from '../../../src/agent/protocol.ts';
import { statusOf } from '../../../src/webview/fold/status.ts';
import { emptyPanel, type Panel, receive, shownOf } from '../../../src/webview/panel.ts';
import {
  asked,
  askedCommand,
  askedDeletion,
  askedEdit,
  askedMove,
  askedSeveral,
  baseline,
  created,
  DRAFT,
  events,
  finished,
  hash,
  init,
  limited,
  planned,
  proposal,
  RUN,
  retrying,
  story,
  verified,
} from '../../webview/scenes.ts';

const after = (...messages: readonly ToView[]): Panel => messages.reduce(receive, emptyPanel);
const whole = story(created, planned, askedCommand, baseline, askedEdit, verified, finished);
const editing = story(created, planned, askedCommand, baseline, askedEdit);

test('events one by one give the same view as all of them at once', () => {
  const [first, ...rest] = whole;
  if (!first) throw new Error('no events');
  const stepwise = rest.reduce<Panel>(
    (panel, event) => receive(panel, { type: 'event', run: RUN, event }),
    after(init([first])),
  );
  expect(stepwise.view).toEqual(after(init(whole)).view);
  expect(stepwise.outOfStep).toBe(false);
});

test('an event that was seen already changes nothing', () => {
  const panel = after(init(editing));
  const [again] = editing.slice(-1);
  expect(again && receive(panel, { type: 'event', run: RUN, event: again })).toBe(panel);
});

test('after a gap everything is asked for anew, and init closes it', () => {
  const panel = after(init(editing));
  const [late] = events([{ type: 'person.said', text: 'hello' }], editing.length + 2);
  if (!late) throw new Error('no event');
  const behind = receive(panel, { type: 'event', run: RUN, event: late });
  expect(behind.outOfStep).toBe(true);
  expect(behind.view).toBe(panel.view);
  expect(receive(behind, init(editing)).outOfStep).toBe(false);
});

test('a new run begins with its first event; any other event of an unknown run is a gap', () => {
  const [first] = events(created);
  if (first?.type !== 'run.created') throw new Error('scene changed');
  const panel = after(init(whole));
  const begun = receive(panel, { type: 'event', run: 'other', event: { ...first, run: 'other' } });
  expect(begun).toMatchObject({ run: 'other', outOfStep: false });
  expect(begun.view.items).toHaveLength(1);
  const [said] = events([{ type: 'person.said', text: 'x' }]);
  expect(said && receive(panel, { type: 'event', run: 'third', event: said }).outOfStep).toBe(true);
});

test('streamed text grows and goes when the finished turn arrives', () => {
  const opened = story(created, planned.slice(0, 1));
  const delta = (text: string): ToView => ({ type: 'delta', run: RUN, deltas: [{ kind: 'text', of: '1', text }] });
  const panel = after(init(opened), delta('I will '), delta('read'));
  expect(panel.streams).toEqual({ 'text:1': 'I will read' });
  const [, turn] = planned;
  const [event] = turn ? events([turn], opened.length + 1) : [];
  expect(event && receive(panel, { type: 'event', run: RUN, event }).streams).toEqual({});
});

test('deltas of another run are dropped', () => {
  const panel = after(init(editing), { type: 'delta', run: 'other', deltas: [{ kind: 'text', of: '1', text: 'x' }] });
  expect(panel.streams).toEqual({});
});

test('a command can be decided at once, an edit only when its changes were shown', () => {
  expect(shownOf(after(init(story(created, planned, askedCommand))), 'a1')).toBe(hash('npm test'));
  expect(shownOf(after(init(editing)), 'a2')).toBeUndefined();
  expect(shownOf(after(init(editing), proposal()), 'a2')).toBe(DRAFT);
});

test('a draft and its changes may arrive in either order; in between nothing can be accepted', () => {
  const draft = hash('draft');
  const [event] = events([{ type: 'proposal.drafted', approval: 'a2', after: draft }], editing.length + 1);
  if (!event) throw new Error('no event');
  const drafted: ToView = { type: 'event', run: RUN, event };
  for (const order of [
    [drafted, proposal(draft)],
    [proposal(draft), drafted],
  ] as const) {
    const between = after(init(editing), proposal(), order[0]);
    expect(shownOf(between, 'a2')).toBeUndefined();
    expect(shownOf(receive(between, order[1]), 'a2')).toBe(draft);
  }
});

test.each([
  ['working', story(created)],
  ['thinking', story(created, planned.slice(0, 1))],
  ['calling', story(created, planned.slice(0, 3))],
  ['approval', editing],
  ['question', story(created, planned, askedCommand, baseline, askedEdit, verified, asked)],
  ['paused', story(created, planned, askedCommand, baseline, askedEdit, verified, limited)],
  ['retrying', story(created, retrying)],
  ['interrupted', story(created, [{ type: 'run.recovered' }])],
  [
    'interrupted',
    story(created, [{ type: 'run.recovered' }, { type: 'run.paused', reason: 'recovered', message: '' }]),
  ],
  ['done', whole],
] as const)('status: %s', (kind, list) => expect(statusOf(after(init(list)).view).kind).toBe(kind));

test.each([
  ['edit', askedEdit, 'edit', 1],
  ['deletion', askedDeletion, 'delete', 1],
  ['move', askedMove, 'move', 1],
  ['several', askedSeveral, 'edit', 4],
] as const)('status of a waiting %s', (_, asked, act, edits) => {
  const { view } = after(init(story(created, planned, askedCommand, baseline, asked)));
  expect(statusOf(view)).toMatchObject({ kind: 'approval', act, edits });
});
