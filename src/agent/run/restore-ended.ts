/** Going back to a checkpoint of a run that nobody works on: its journal is opened for that one entry. */
import { JournalFault } from '../journal/fault.ts';
import { fold } from '../journal/fold.ts';
import { owning } from '../journal/held.ts';
import { openJournal } from '../journal/journal.ts';
import type { Ports } from '../ports.ts';
import { type NotRestored, restoreTo } from './restore.ts';

/** See `restoreTo`. */
export const restoreEnded = (
  ports: Pick<Ports, 'store' | 'clock' | 'workspace' | 'checkpoints'>,
  run: string,
  checkpoint: string,
  paths: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<NotRestored | undefined> =>
  owning(ports.store, run, async (lock) => {
    const folder = await ports.store.open(run);
    if (!folder) return { problem: `There is no run ${run}.` };
    try {
      const journal = await openJournal(folder, lock, { key: ports.store.key, clock: ports.clock });
      const problem = await restoreTo(
        { ports, state: () => fold(journal.events), emit: (body) => void journal.append(body), signal },
        checkpoint,
        paths,
      );
      await journal.close();
      return problem;
    } catch (error) {
      if (error instanceof JournalFault) return { problem: error.message };
      throw error;
    }
  });
