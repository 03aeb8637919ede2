import { expect, test } from 'vitest';
import type { HunkChoice } from '../../../src/agent/protocol.ts';
import { follows, hasToggle, isTaken, toggled } from '../../../src/webview/fold/choices.ts';
import { actOf, type Edit } from '../../../src/webview/fold/edits.ts';
import { pathText, yesText } from '../../../src/webview/text/edits.ts';

const hunk = (state: HunkChoice['state'], line = 'x', start = 1): HunkChoice => ({
  oldStart: start,
  oldLines: 1,
  newStart: start,
  newLines: 1,
  lines: [' before', `+${line}`, ' after'],
  state,
});
const list = (...states: readonly HunkChoice['state'][]) => states.map((state, index) => hunk(state, `line ${index}`));

test('a toggle shows at once what was asked for', () => {
  const states = (of: readonly HunkChoice[]) => of.map(({ state }) => state);
  const all = list('proposed', 'rejected', 'edited', 'own');
  const out = all.map((_, index) => ({ hunk: index, accept: false }));
  const back = all.map((_, index) => ({ hunk: index, accept: true }));
  expect(states(toggled(all, out))).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
  expect(states(toggled(all, back))).toEqual(['proposed', 'proposed', 'edited', 'own']);
  expect(states(toggled(all, [...out, ...back]))).toEqual(['proposed', 'proposed', 'edited', 'own']);
});

test.each<[string, boolean, readonly HunkChoice[], readonly HunkChoice[], number, boolean]>([
  ['a hunk left out', true, list('proposed', 'proposed'), list('proposed', 'rejected'), 1, false],
  ['a hunk taken again', true, list('proposed', 'rejected'), list('proposed', 'proposed'), 1, true],
  ['an own change gone', true, [...list('proposed'), hunk('own')], list('proposed'), 1, false],
  ['an edit left out, shown as proposed', true, [hunk('edited', 'mine')], [hunk('rejected', 'theirs')], 0, false],
  ['a hunk taken again, with another text', false, [hunk('rejected', 'a')], [hunk('proposed', 'b')], 0, true],
  ['another state besides', false, list('proposed', 'proposed'), list('rejected', 'rejected'), 1, false],
  ['another text besides', false, list('proposed', 'proposed'), [hunk('proposed', 'z'), hunk('rejected')], 1, false],
  ['one more', false, list('proposed', 'proposed'), list('proposed', 'rejected', 'own'), 1, false],
  ['nothing done', false, list('proposed', 'proposed'), list('proposed', 'proposed'), 1, false],
  ['no such hunk', false, list('proposed'), list('rejected'), 7, false],
])('what the host answers is what was asked for: %s: %s', (_, is, before, after, index, accept) =>
  expect(follows(before, after, { hunk: index, accept })).toBe(is),
);

test('context that moves is no surprise', () => {
  const before = list('proposed', 'proposed');
  const after = [hunk('rejected', 'line 0'), { ...hunk('proposed', 'line 1', 9), lines: ['+line 1'] }];
  expect(follows(before, after, { hunk: 0, accept: false })).toBe(true);
});

test('one hunk alone has a box only where it is left out', () => {
  const [one = hunk('own'), two = one] = list('proposed', 'rejected');
  expect(hasToggle([one], one)).toBe(false);
  expect(hasToggle([two], two)).toBe(true);
  expect(hasToggle([one, two], one)).toBe(true);
  expect([one, two].map(isTaken)).toEqual([true, false]);
});

test.each([
  ['Accept', list('proposed', 'edited'), false],
  ['Accept 1 of 3', list('proposed', 'rejected', 'rejected'), false],
  ['Accept', list('rejected', 'rejected'), false],
  ['Accept all but 1', list('proposed', 'rejected'), true],
  ['Accept', [], false],
] as const)('the word for yes: %s', (word, hunks, truncated) => expect(yesText(hunks, truncated)).toBe(word));

const edit: Edit = {
  kind: 'edit',
  path: 'b.ts',
  before: 'x',
  after: 'y',
  added: 1,
  removed: 1,
  savesUnsaved: false,
  warnings: [],
};
const { after: _, ...deletion } = edit;
const { before: __, ...creation } = edit;
test.each([
  ['edit', edit, 'b.ts'],
  ['create', creation, 'b.ts'],
  ['delete', deletion, 'b.ts (deletion)'],
  ['move', { ...edit, from: 'a.ts' }, 'a.ts → b.ts'],
] as const)('what becomes of a file: %s', (act, subject, text) => {
  expect(actOf(subject)).toBe(act);
  expect(pathText(subject)).toBe(text);
});
