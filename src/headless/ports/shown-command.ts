/** How a host shows a person the commands that run. What it gets is raw: it must not be written to a terminal as it is. */
import type { Command, CommandEnd, JobId } from '../../agent/ports.ts';

export interface ShownCommand extends Command {
  /** It runs in the background. */
  readonly job?: ShownJob;
}

export interface ShownJob {
  readonly id: JobId;
  /** Its input is open. */
  hears(): boolean;
  /** `close`: nothing more will come. */
  write(text: string, close: boolean): void;
  stop(): void;
}

export interface CommandView {
  /** Decoded, in the order it came. */
  output(text: string): void;
  /** `remark`: what there is to say beside how it ended. */
  /** Its time was over: from here on it runs in the background. */
  goesOn(job: ShownJob): void;
  ended(end: CommandEnd, remark: string | undefined): void;
}

export type ShowCommand = (command: ShownCommand) => CommandView;
