/** The `webview` rows of the security cases that are about messages, and what else the gate must hold. */
import { expect, test } from 'vitest';
import { admit } from '../../../src/webview/gate.ts';
import { created, init, planned, proposal, RUN, story } from '../../webview/scenes.ts';

const OWN = 'vscode-webview://0abc';
const enter = (data: unknown, origin = OWN) => admit(data, origin, OWN);

test.each([init(story(created, planned)), proposal(), { type: 'focusGoal' }])('$type: admitted', (message) =>
  expect(enter(message)).toHaveProperty('message.type', message.type),
);

test.each([
  ['wv-msg-unknown', { type: 'evilType' }, 'shape'],
  ['wv-msg-approve-forged', { type: 'approve', id: 'tool-1' }, 'shape'],
  ['wv-msg-proto (text)', '{"__proto__":{"isAdmin":true}}', 'shape'],
  ['wv-msg-proto (object)', JSON.parse('{"type":"focusGoal","__proto__":{"isAdmin":true}}'), 'keys'],
  ['wv-msg-proto (nested)', { type: 'focusGoal', text: 'x', more: [{ constructor: { prototype: 1 } }] }, 'keys'],
  ['wv-msg-huge (text)', { type: 'text', bytes: 'x'.repeat(5_000_000) }, 'size'],
  ['wv-msg-huge (bytes)', { type: 'text', bytes: new Uint8Array(8) }, 'size'],
  ['wv-msg-huge (members)', { type: 'delta', run: RUN, deltas: Array.from({ length: 5_000_000 }, () => 0) }, 'size'],
  ['null', null, 'shape'],
  [
    'an event without its number',
    { type: 'event', run: RUN, event: { type: 'person.said', text: 'x', at: 1 } },
    'shape',
  ],
  [
    'an event of a type that is not known',
    { type: 'event', run: RUN, event: { type: 'run.exploded', seq: 1, at: 1 } },
    'shape',
  ],
])('%s: dropped', (_, data, dropped) => expect(enter(data)).toEqual({ dropped }));

test('wv-iframe-origin: dropped, whatever it says', () =>
  expect(enter({ type: 'focusGoal' }, 'https://evil.example')).toEqual({ dropped: 'origin' }));

test('keys that are not in the protocol do not get in', () => {
  const admitted = enter({ type: 'focusGoal', text: 'x', extra: 1 });
  expect(admitted).toEqual({ message: { type: 'focusGoal', text: 'x' } });
});
