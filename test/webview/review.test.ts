/** Several changes of one edit, and several edits at once: what a person takes, leaves out and decides on together. */
import { expect, test } from 'vitest';
import type { EventBody } from '../../src/agent/journal/event.ts';
import type { HunkChoice, ToView } from '../../src/agent/protocol.ts';
import type { View } from './harness.ts';
import {
  askedCommand,
  askedEdit,
  askedSeveral,
  baseline,
  created,
  DRAFT,
  decidedSeveral,
  events,
  hash,
  host,
  init,
  many,
  planned,
  proposal,
  RUN,
  SCENES,
  severalProposals,
  story,
} from './scenes.ts';
import { button, sharedScenes } from './shared-stage.ts';

const open = sharedScenes();

/** A press that meets the card while it still moves does not count: like a person, this presses again. */
async function press(view: View, id: string): Promise<void> {
  const decisions = (): number => view.posted.filter(({ type }) => type === 'command' || type === 'decideAll').length;
  const before = decisions();
  await expect
    .poll(
      async () => {
        if (decisions() === before)
          await button(view, id)
            .click({ timeout: 2_000 })
            .catch(() => undefined);
        return decisions();
      },
      { timeout: 15_000 },
    )
    .toBe(before + 1);
  await view.drawn();
}
const toggle = (view: View, index: number) => view.page.getByTestId('toggle').nth(index);
const editing = story(created, planned, askedCommand, baseline, askedEdit);
const THREE = many.slice(0, 3);
const three = [init(editing), proposal(DRAFT, [], 'a2', THREE)];

/** What the host says after the person's choice: a new draft and its changes. */
const answer = (name: string, states: readonly HunkChoice['state'][], seq = 1, of = THREE): ToView[] => [
  {
    type: 'event',
    run: RUN,
    event: { ...drafted(name), seq: editing.length + seq, at: 0 },
  },
  proposal(hash(name), states, 'a2', of),
];
const drafted = (name: string) => ({ type: 'proposal.drafted' as const, approval: 'a2', after: hash(name) });

const choices = (view: View) => view.posted.filter(({ type }) => type === 'chooseHunk');

test('a hunk is left out and taken again; the button says how many are taken', async () => {
  const view = await open(three);
  await toggle(view, 1).click();
  await expect
    .poll(() => choices(view))
    .toEqual([{ type: 'chooseHunk', approval: 'a2', shown: DRAFT, hunk: 1, accept: false }]);
  expect(await toggle(view, 1).getAttribute('aria-checked')).toBe('false');
  await view.send(...answer('one', ['proposed', 'rejected']));
  await expect.poll(() => toggle(view, 1).textContent()).toContain('left out');
  await expect.poll(() => view.page.getByTestId('accept').textContent()).toContain('Accept 2 of 3');
  await toggle(view, 0).click();
  await view.send(...answer('two', ['rejected', 'rejected'], 2));
  await expect.poll(() => view.page.getByTestId('accept').textContent()).toContain('Accept 1 of 3');
  await toggle(view, 1).click();
  await expect
    .poll(() => choices(view).at(-1))
    .toEqual({
      type: 'chooseHunk',
      approval: 'a2',
      shown: hash('two'),
      hunk: 1,
      accept: true,
    });
  await view.send(...answer('three', ['rejected'], 3));
  await press(view, 'accept');
  await expect.poll(() => view.commands()).toMatchObject([{ type: 'decide', verdict: 'accept', shown: hash('three') }]);
});

test('one’s own choice does not make one wait, a draft from elsewhere does', async () => {
  const view = await open(three);
  await button(view, 'accept').click({ trial: true });
  const goOn = await view.freeze();
  await toggle(view, 2).click();
  await view.send(...answer('one', ['proposed', 'proposed', 'rejected']));
  // The page's clock stands still: nothing becomes usable by waiting.
  await expect.poll(() => button(view, 'accept').isEnabled()).toBe(true);
  await view.send(...answer('two', ['proposed', 'rejected', 'rejected'], 2));
  await expect.poll(() => button(view, 'accept').isEnabled()).toBe(false);
  await goOn();
});

test('an answer that is more than what was asked for makes one wait', async () => {
  const view = await open(three);
  await button(view, 'accept').click({ trial: true });
  const goOn = await view.freeze();
  await toggle(view, 2).click();
  const [first, ...rest] = THREE;
  const other = first ? [{ ...first, lines: first.lines.map((line) => line.replace('+', '+/*!*/')) }, ...rest] : [];
  await view.send(...answer('one', ['proposed', 'proposed', 'rejected'], 1, other));
  await expect.poll(() => button(view, 'accept').isEnabled()).toBe(false);
  await goOn();
});

test('until the choice is answered nothing is accepted; choices made meanwhile follow one by one', async () => {
  const view = await open(three);
  await button(view, 'accept').click({ trial: true });
  await toggle(view, 0).click();
  await toggle(view, 2).click();
  await expect.poll(() => choices(view)).toMatchObject([{ hunk: 0, shown: DRAFT }]);
  expect(await button(view, 'accept').isDisabled()).toBe(true);
  await view.send(...answer('one', ['rejected']));
  await expect.poll(() => choices(view)).toMatchObject([{ hunk: 0 }, { hunk: 2, shown: hash('one') }]);
  expect(await button(view, 'accept').isDisabled()).toBe(true);
  await view.send(...answer('two', ['rejected', 'proposed', 'rejected'], 2));
  await press(view, 'accept');
  await expect.poll(() => view.commands()).toMatchObject([{ shown: hash('two') }]);
});

test('a choice that is never answered is taken back', async () => {
  const view = await open(three);
  await toggle(view, 0).click();
  await expect.poll(() => toggle(view, 0).getAttribute('aria-checked'), { timeout: 8_000 }).toBe('true');
  await press(view, 'accept');
  await expect.poll(() => view.commands()).toMatchObject([{ shown: DRAFT }]);
});

test('with every change left out there is only Reject, and it is said why', async () => {
  const view = await open('left-out');
  await button(view, 'reject').click({ trial: true });
  expect(await button(view, 'accept').isDisabled()).toBe(true);
  expect(await view.page.getByTestId('barred').textContent()).toContain('reject it instead');
  await press(view, 'reject');
  await expect.poll(() => view.commands()).toMatchObject([{ verdict: 'reject', shown: hash('drafted') }]);
});

test('what the person changed or added is named, and can be taken out; the focus goes on', async () => {
  const view = await open('hunks');
  const states = await view.page.getByTestId('toggle').allTextContents();
  expect(states.map((text) => text.trim().replace(/\s+/g, ' '))).toEqual([
    expect.stringMatching(/Lines 70–76, change 1 of 4$/),
    expect.stringMatching(/left out$/),
    expect.stringMatching(/changed by you$/),
    expect.stringMatching(/added by you$/),
  ]);
  await toggle(view, 3).focus();
  await view.page.keyboard.press('Space');
  await expect.poll(() => choices(view)).toMatchObject([{ hunk: 3, accept: false }]);
  const seq = story(created, planned, askedCommand, baseline, askedEdit).length + 2;
  await view.send(
    { type: 'event', run: RUN, event: { ...drafted('less'), seq, at: 0 } },
    proposal(hash('less'), ['proposed', 'rejected', 'edited'], 'a2', THREE),
  );
  await expect.poll(() => view.page.getByTestId('toggle').count()).toBe(3);
  expect(await view.focusedId()).toBe('toggle');
});

test('by keyboard alone: the focus and the place in the text stay where they are', async () => {
  const view = await open(three, { width: 300 });
  await toggle(view, 2).focus();
  const region = view.page.getByRole('region', { name: 'Changes' });
  const top = await region.evaluate((it) => it.scrollTop);
  expect(top).toBeGreaterThan(0);
  await view.page.keyboard.press('Space');
  await view.send(...answer('one', ['proposed', 'proposed', 'rejected']));
  expect(await region.evaluate((it) => it.scrollTop)).toBe(top);
  await expect.poll(() => toggle(view, 2).getAttribute('aria-checked')).toBe('false');
  await view.page.keyboard.press('Space');
  await expect.poll(() => choices(view)).toMatchObject([{ accept: false }, { accept: true, shown: hash('one') }]);
  await view.send(...answer('two', [], 2));
  await view.armed();
  await view.page.keyboard.press('Tab');
  await view.page.keyboard.press('Tab');
  expect(await view.focusedId()).toBe('accept');
  await view.page.keyboard.press('Enter');
  await expect.poll(() => view.commands()).toMatchObject([{ verdict: 'accept', shown: hash('two') }]);
});

test('a single change has no box; in a second window none has', async () => {
  const one = await open([init(editing), proposal(DRAFT, [], 'a2', many.slice(0, 1))]);
  await one.page.getByTestId('hunk').waitFor();
  expect(await one.page.getByTestId('toggle').count()).toBe(0);
  const watched = three.map((message) =>
    message.type === 'init' ? { ...message, host: { ...host, readOnly: 'Elsewhere.' } } : message,
  );
  const other = await open(watched);
  await other.page.getByTestId('hunk').first().waitFor();
  expect(await other.page.getByTestId('toggle').count()).toBe(0);
});

test.each([
  ['delete', 'Delete this file?', 'lib/parser/legacy.js'],
  ['move', 'Move this file?', 'index.js →becomes lib/parser/index.js'],
] as const)('a card says what will happen: %s', async (scene, heading, path) => {
  const view = await open(scene);
  await view.page.getByRole('heading', { name: heading }).waitFor();
  const text = await view.page.getByTestId('path').textContent();
  expect(text?.replace(/\s+/g, ' ').trim()).toBe(path);
  expect(await view.page.getByTestId('toggle').count()).toBe(0);
});

test('remarks made in the editor are listed', async () => {
  const view = await open('remarks');
  const text = await view.page.getByTestId('remarks').textContent();
  expect(text).toContain('Your remarks (2)');
  expect(text?.replace(/\s+/g, ' ')).toContain('lines 244–246: This belongs into a file of its own.');
});

// several edits

const severalAt = story(created, planned, askedCommand, baseline, askedSeveral);
const happened = (bodies: readonly EventBody[]): ToView[] =>
  events(bodies, severalAt.length + 1).map((event) => ({ type: 'event', run: RUN, event }));
const row = (view: View, index: number) => view.page.getByTestId('waiting-edit').nth(index);
const shownCard = (view: View) => view.page.getByTestId('approval').getAttribute('data-approval');

/** Looks at each of them long enough. */
async function lookAtAll(view: View): Promise<void> {
  for (const index of [0, 1, 2, 3]) {
    await row(view, index).click();
    await expect.poll(() => row(view, index).textContent()).toContain('looked at');
  }
}

test('of several edits the person picks the one to look at; a decision brings the next', async () => {
  const view = await open('several');
  expect(await shownCard(view)).toBe('s1');
  await row(view, 1).click();
  expect(await shownCard(view)).toBe('s2');
  expect(await row(view, 1).getAttribute('aria-current')).toBe('true');
  await press(view, 'accept');
  await expect
    .poll(() => view.commands())
    .toMatchObject([{ type: 'decide', approval: 's2', nonce: 'n-s2', shown: hash('new') }]);
  await view.send(...happened([{ type: 'approval.decided', approval: 's2', verdict: 'accept', by: 'person' }]));
  expect(await view.page.getByTestId('waiting-edit').count()).toBe(3);
  expect(await shownCard(view)).toBe('s3');
});

test('what was decided stays decided while one looks at another', async () => {
  const view = await open('several');
  await press(view, 'reject');
  await row(view, 1).click();
  await row(view, 0).click();
  await view.armed();
  expect(await button(view, 'reject').isDisabled()).toBe(true);
  await view.send({ type: 'refused', run: RUN, approval: 's1' });
  await press(view, 'reject');
  await expect.poll(() => view.commands()).toMatchObject([{ approval: 's1' }, { approval: 's1' }]);
});

test('all are accepted only after each was looked at', async () => {
  const view = await open('several');
  await view.armed();
  expect(await button(view, 'accept-all').isDisabled()).toBe(true);
  await expect.poll(() => view.page.getByTestId('why-not-all').textContent()).toContain('3 to go');
  await lookAtAll(view);
  await press(view, 'accept-all');
  await expect
    .poll(() => view.posted.at(-1))
    .toEqual({
      type: 'decideAll',
      run: RUN,
      decisions: [
        ['s1', DRAFT],
        ['s2', hash('new')],
        ['s3', hash('moved')],
        ['s4', hash('deletion')],
      ].map(([approval, shown]) => ({ type: 'decide', approval, nonce: `n-${approval}`, shown, verdict: 'accept' })),
    });
  expect(await button(view, 'accept-all').isDisabled()).toBe(true);
  expect(await button(view, 'accept').isDisabled()).toBe(true);
  await view.send(...happened(decidedSeveral.slice(0, 4)));
  await expect.poll(() => view.page.getByTestId('approval').count()).toBe(0);
});

test('one that changed after it was looked at must be looked at again', async () => {
  const view = await open('several');
  await lookAtAll(view);
  await expect.poll(() => button(view, 'accept-all').isEnabled()).toBe(true);
  await view.send(
    ...happened([{ type: 'proposal.drafted', approval: 's1', after: hash('other') }]),
    proposal(hash('other'), ['proposed', 'rejected'], 's1'),
  );
  expect(await button(view, 'accept-all').isDisabled()).toBe(true);
  await row(view, 0).click();
  await press(view, 'accept-all');
  expect(view.posted.at(-1)).toMatchObject({ decisions: [{ shown: hash('other') }, {}, {}, {}] });
});

test('or after they were taken to the editor', async () => {
  const view = await open('several');
  await button(view, 'review-all').click();
  await expect.poll(() => view.posted.at(-1)).toEqual({ type: 'reviewAll' });
  await press(view, 'accept-all');
  await expect.poll(() => view.posted.at(-1)).toMatchObject({ type: 'decideAll' });
});

test('one that is not there yet cannot be accepted with the others, but rejected', async () => {
  const view = await open([init(severalAt), ...severalProposals.slice(1)]);
  await button(view, 'review-all').click();
  await button(view, 'reject-all').click({ trial: true });
  expect(await button(view, 'accept-all').isDisabled()).toBe(true);
  await press(view, 'reject-all');
  await expect
    .poll(() => view.posted.at(-1))
    .toMatchObject({
      type: 'decideAll',
      decisions: [{ verdict: 'reject', shown: DRAFT }, {}, {}, {}],
    });
});

test('one with nothing left cannot be accepted with the others', async () => {
  const nothing = proposal(DRAFT, ['rejected', 'rejected'], 's1');
  const view = await open([init(severalAt), nothing, ...severalProposals.slice(1)]);
  await button(view, 'review-all').click();
  await button(view, 'reject-all').click({ trial: true });
  expect(await button(view, 'accept-all').isDisabled()).toBe(true);
  expect(await view.page.getByTestId('why-not-all').textContent()).toContain('lib/parser/index.js');
});

test('wv-clickjack: the buttons for all wait as well', async () => {
  const view = await open('running');
  const goOn = await view.freeze();
  await view.send(...(SCENES.several ?? []));
  expect(await button(view, 'reject-all').isDisabled()).toBe(true);
  await goOn();
  await press(view, 'reject-all');
  await expect.poll(() => view.posted.at(-1)).toMatchObject({ type: 'decideAll', decisions: [{}, {}, {}, {}] });
});

test('the list is worked with the arrow keys, one stop of Tab', async () => {
  const view = await open('several');
  await row(view, 0).focus();
  await view.page.keyboard.press('ArrowDown');
  await view.page.keyboard.press('ArrowDown');
  await view.page.keyboard.press('Enter');
  expect(await shownCard(view)).toBe('s3');
  expect(await view.focusedId()).toBe('waiting-edit');
  await view.page.keyboard.press('Tab');
  expect(await view.focusedId()).toBe('review-all');
});

test('the transcript names each file with what was decided on it', async () => {
  const view = await open('decided');
  const said = await view.page.getByTestId('decision').allTextContents();
  expect(said.map((text) => text.replace(/\s+/g, ' ').trim()).slice(-4)).toEqual([
    'lib/parser/index.js: You accepted it with changes',
    'lib/parser/guards/is-constructor-or-proto.js: You declined: Not a file of its own.',
    'options.md → docs/options.md: You accepted',
    'assets/logo-old.png (deletion): You accepted',
  ]);
});
