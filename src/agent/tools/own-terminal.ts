/** Programs that need a screen and a keyboard of their own: they are not run, and the person is offered a terminal for them. */
import type { Understanding } from '../policy/command/understand.ts';
import type { CommandResult } from '../ports.ts';

/** Each with the flags that make it do without, if there are any. */
const SCREEN: Readonly<Record<string, RegExp | undefined>> = {
  vi: /^-[eEs]/,
  vim: /^-[eEs]/,
  nvim: /^(?:-[eEs]|--headless$)/,
  emacs: /^--?batch$/,
  top: /^-[a-zA-Z]*b/,
  nano: undefined,
  pico: undefined,
  micro: undefined,
  hx: undefined,
  htop: undefined,
  btop: undefined,
  mc: undefined,
};

/** `--version` and the like say something and end. */
const TELLS = /^(?:--version|--help|-h|-V)$/;

/** The program of a command that could only hang here. */
export function wantsScreen({ parts }: Understanding): string | undefined {
  for (const { argv } of parts) {
    const [program, ...args] = argv;
    const name = program.replace(/^.*\//, '');
    if (!Object.hasOwn(SCREEN, name)) continue;
    if (!args.some((arg) => TELLS.test(arg) || SCREEN[name]?.test(arg))) return name;
  }
  return undefined;
}

/** What programs say that cannot do without a terminal of their own. */
const NO_TERMINAL =
  /not a (tty|terminal)\b|must be run (in|from) a terminal|(requires|needs) (a|an interactive) (tty|terminal)|Error opening terminal|no tty present|a terminal is required|cannot open \/dev\/tty/i;

/** It failed and said why. */
export const lackedTerminal = ({ end, output }: Pick<CommandResult, 'end' | 'output'>): boolean =>
  (end.kind === 'timeout' || (end.kind === 'exit' && end.code !== 0)) && NO_TERMINAL.test(output);
