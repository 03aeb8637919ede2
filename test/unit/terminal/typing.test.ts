/** What a person types into a job's terminal. */
import { expect, it } from 'vitest';
import { lineTyping } from '../../../src/extension/terminal/typing.ts';

const type = (...data: string[]) => {
  const typing = lineTyping();
  return data.map(typing);
};

it('hands over whole lines, and shows what is typed', () => {
  expect(type('y', 'es', '\r')).toEqual([
    { echo: 'y', lines: [], closes: false, stops: false },
    { echo: 'es', lines: [], closes: false, stops: false },
    { echo: '\r\n', lines: ['yes\n'], closes: false, stops: false },
  ]);
});

it('takes several lines that are pasted', () => expect(type('a\rb\rc')[0]?.lines).toEqual(['a\n', 'b\n']));

it('takes back what was typed, by characters that one sees', () => {
  const [first, second, third] = type('a界😀', '\u007f\u007f', '\u007f\u007f\r');
  expect([first?.echo, second?.echo]).toEqual(['a界😀', '\b\b  \b\b\b\b  \b\b']);
  expect([third?.echo, third?.lines]).toEqual(['\b \b\r\n', ['\n']]);
});

it('ends the input with Ctrl+D on an empty line only', () => {
  expect(type('\u0004')[0]?.closes).toBe(true);
  expect(type('a\u0004')[0]?.closes).toBe(false);
});

it('stops with Ctrl+C, and forgets the line', () => {
  const [first, second] = type('abc\u0003', '\r');
  expect([first?.stops, first?.lines, second?.lines]).toEqual([true, [], ['\n']]);
});

it('shows nothing of keys that send sequences', () =>
  expect(type('a\u001b[A\u001bOP\u001b[3~b')[0]).toEqual({ echo: 'ab', lines: [], closes: false, stops: false }));
