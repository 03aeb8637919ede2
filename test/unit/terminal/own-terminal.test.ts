/** Programs that need a terminal of their own are told from those that do without. */
import { expect, it } from 'vitest';
import { lackedTerminal, wantsScreen } from '../../../src/agent/tools/own-terminal.ts';

const screenOf = (...argv: [string, ...string[]]) =>
  wantsScreen({ parts: [{ argv, isOpen: false, folder: '/w' }], doubts: [], denials: [], touches: [] });

it.each([['vim', 'a.txt'], ['/usr/bin/vi'], ['nano', 'a.txt'], ['top'], ['htop', '-u', 'me'], ['emacs', '-nw']] as [
  string,
  ...string[],
][])('%s %s needs one', (...argv) => expect(screenOf(...argv)).toBeDefined());

it.each([
  ['vim', '--version'],
  ['vim', '-es', '-c', 'q'],
  ['nvim', '--headless', '+q'],
  ['emacs', '--batch', '-l', 'x.el'],
  ['top', '-bn1'],
  ['git', 'log'],
  ['constructor'],
] as [string, ...string[]][])('%s %s does not', (...argv) => expect(screenOf(...argv)).toBeUndefined());

it('a program that failed for the lack of one says so', () => {
  const failed = { kind: 'exit', code: 1 } as const;
  expect(lackedTerminal({ end: failed, output: 'sudo: a terminal is required to read the password\n' })).toBe(true);
  expect(lackedTerminal({ end: failed, output: 'open terminal failed: not a terminal\n' })).toBe(true);
  expect(lackedTerminal({ end: { kind: 'exit', code: 0 }, output: 'stdin is not a tty\n' })).toBe(false);
  expect(lackedTerminal({ end: failed, output: 'no such file\n' })).toBe(false);
});
