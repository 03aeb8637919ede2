/**
 * The commands of a run as a person sees them: one terminal for those that run one after another, and one for each job in the
 * background, into which can be typed while its input is open. Neither takes the focus.
 */
import * as vscode from 'vscode';
import { visible } from '../../agent/policy/names.ts';
import { safeOutput } from '../../agent/policy/safe-output.ts';
import type { CommandEnd, Job, Jobs } from '../../agent/ports.ts';
import type { JobView } from '../../agent/protocol.ts';
import type { CommandView, ShowCommand, ShownCommand, ShownJob } from '../../headless/ports/shown-command.ts';
import { inWords } from '../words.ts';
import { Screen } from './screen.ts';
import { lineTyping } from './typing.ts';

const DIM = '\u001b[2m';
const BOLD = '\u001b[1m';
const PLAIN = '\u001b[0m';
const NAME = 30;
/** Bytes of output that a terminal which comes back begins with. */
const REPEATED = 16 * 1024;
/** Whether a job seems to wait for an answer shows only with time. */
const LOOK_MS = 1000;

interface Shown {
  readonly terminal: vscode.Terminal;
  readonly screen: Screen;
}

export class Terminals {
  readonly #changed = new vscode.EventEmitter<readonly JobView[]>();
  /** The list of jobs is another than before. */
  readonly onJobs = this.#changed.event;
  /** Commands that were started in the background, and the terminals of those whose person has not closed it. */
  readonly #background = new Map<string, ShownCommand>();
  readonly #jobs = new Map<string, Shown>();
  readonly #jobsOf: () => Promise<Jobs | undefined>;
  #main: Shown | undefined;
  #told = '[]';
  #timer: NodeJS.Timeout | undefined;

  constructor(jobsOf: () => Promise<Jobs | undefined>) {
    this.#jobsOf = jobsOf;
  }

  readonly show: ShowCommand = (command) => {
    const { job } = command;
    if (job) this.#background.set(job.id, command);
    const shown = job ? this.#jobTerminal(command, job) : this.#mainTerminal();
    shown.screen.write(headOf(command));
    if (job) this.#watch();
    return this.#view(command);
  };

  /** For those that run one after another, or of one job, to look at; that of a job comes back when it was closed. */
  async reveal(job?: string): Promise<void> {
    const shown =
      job === undefined
        ? (this.#main ?? this.#jobs.values().next().value)
        : (this.#jobs.get(job) ?? (await this.#again(job)));
    if (shown) shown.terminal.show(false);
    else void vscode.window.showInformationMessage(vscode.l10n.t('No command has run yet that could be shown.'));
  }

  /** All jobs there are, for a list. */
  async jobs(): Promise<readonly JobView[]> {
    const all = (await this.#jobsOf())?.list() ?? [];
    // Long outputs of others are kept there too.
    return all.filter(({ id }) => this.#background.has(id)).map(viewOf);
  }

  async stop(job: string): Promise<string | undefined> {
    const ended = await (await this.#jobsOf())?.kill(job);
    await this.#tell();
    return ended && 'fault' in ended ? inWords(ended.fault) : undefined;
  }

  /** With what it printed last. */
  async #again(id: string): Promise<Shown | undefined> {
    const command = this.#background.get(id);
    const jobs = await this.#jobsOf();
    const bytes = jobs?.list().find((one) => one.id === id)?.bytes ?? 0;
    const from = Math.max(0, bytes - REPEATED);
    const output = await jobs?.read(id, { from }, new AbortController().signal);
    if (!command?.job || !output || 'fault' in output) return undefined;
    const shown = this.#jobTerminal(command, command.job);
    shown.screen.write(headOf(command) + safeOutput()(output.text));
    return shown;
  }

  #view(command: ShownCommand): CommandView {
    let { job } = command;
    // The person may have closed the terminal, and opened it again.
    const screen = (): Screen | undefined => (job ? this.#jobs.get(job.id) : this.#main)?.screen;
    const safe = safeOutput();
    let isLineOpen = false;
    return {
      output: (text) => {
        const written = safe(text);
        if (written !== '') isLineOpen = !written.endsWith('\n');
        screen()?.write(written);
      },
      goesOn: (begun) => {
        const words = vscode.l10n.t('It goes on in a terminal of its own.');
        screen()?.write(`${PLAIN}${isLineOpen ? '\r\n' : ''}${DIM}[${words}]${PLAIN}\r\n\r\n`);
        job = begun;
        this.#background.set(begun.id, { ...command, job: begun });
        this.#jobTerminal(command, begun).screen.write(headOf(command));
        this.#watch();
      },
      ended: (end, remark) => {
        const words = remark === undefined ? endText(end) : `${endText(end)}; ${inWords(remark)}`;
        screen()?.write(`${PLAIN}${isLineOpen ? '\r\n' : ''}${DIM}[${oneLine(words)}]${PLAIN}\r\n\r\n`);
        if (job) void this.#tell();
      },
    };
  }

  #mainTerminal(): Shown {
    this.#main ??= this.#open('Goalwright', 'terminal', () => {
      this.#main = undefined;
    });
    return this.#main;
  }

  #jobTerminal({ command }: ShownCommand, job: ShownJob): Shown {
    const shown = this.#open(`Goalwright: ${nameOf(command)}`, 'server-process', () => this.#jobs.delete(job.id));
    this.#jobs.set(job.id, shown);
    const typing = lineTyping();
    shown.screen.onInput = (data) => {
      if (!job.hears()) {
        shown.screen.write(`${DIM}[${vscode.l10n.t('Its input is closed.')}]${PLAIN}\r\n`);
        return;
      }
      const { echo, lines, closes, stops } = typing(data);
      shown.screen.write(echo);
      if (lines.length > 0 || closes) job.write(lines.join(''), closes);
      if (stops) job.stop();
    };
    return shown;
  }

  #open(name: string, icon: string, onClosed: () => void): Shown {
    const screen = new Screen();
    const terminal = vscode.window.createTerminal({
      ...{ name, pty: screen, isTransient: true },
      iconPath: new vscode.ThemeIcon(icon),
    });
    screen.onClosed = onClosed;
    return { terminal, screen };
  }

  /** Looks again as long as a job runs. */
  #watch(): void {
    this.#timer ??= setInterval(() => void this.#tell(), LOOK_MS);
    void this.#tell();
  }

  async #tell(): Promise<void> {
    const jobs = await this.jobs();
    if (jobs.every(({ ended }) => ended !== undefined)) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const text = JSON.stringify(jobs);
    if (text === this.#told) return;
    this.#told = text;
    this.#changed.fire(jobs);
  }

  dispose(): void {
    clearInterval(this.#timer);
    for (const { terminal, screen } of [...(this.#main ? [this.#main] : []), ...this.#jobs.values()]) {
      terminal.dispose();
      screen.dispose();
    }
    this.#changed.dispose();
  }
}

const viewOf = ({ id, command, startedAt, end, asks, input }: Job): JobView => ({
  ...{ id, command, startedAt, input },
  ...(end && { ended: endText(end) }),
  ...(asks !== undefined && { asks }),
});

function endText(end: CommandEnd): string {
  switch (end.kind) {
    case 'exit':
      return end.code === 0 ? vscode.l10n.t('ended') : vscode.l10n.t('ended with exit code {0}', end.code);
    case 'signal':
      return vscode.l10n.t('ended by {0}', end.signal);
    case 'timeout':
      return vscode.l10n.t('ended after {0} s: its time was over', end.afterMs / 1000);
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'failed':
      return vscode.l10n.t('not run: {0}', inWords(end.message));
    default:
      return end satisfies never;
  }
}

/** Every line of it, so that nothing runs that is not seen. */
const headOf = ({ command, cwd, sandbox }: ShownCommand): string => {
  const lines = command.split('\n').map((line, index) => `${index === 0 ? '$ ' : '> '}${visible(line)}`);
  const where = sandbox
    ? sandbox.network
      ? sandbox.domains
        ? vscode.l10n.t('{0}, in the sandbox, with these domains only: {1}', cwd, sandbox.domains.join(', '))
        : vscode.l10n.t('{0}, in the sandbox, with the network', cwd)
      : vscode.l10n.t('{0}, in the sandbox', cwd)
    : vscode.l10n.t('{0}, without a sandbox', cwd);
  return `${BOLD}${lines.join('\r\n')}${PLAIN}\r\n${DIM}[${oneLine(where)}]${PLAIN}\r\n`;
};

const oneLine = (text: string): string => visible(text.replace(/\s+/g, ' '));

function nameOf(command: string): string {
  const line = oneLine(command.trim());
  return line.length > NAME ? `${line.slice(0, NAME)}…` : line;
}
