/** What became of a call that had started before a crash, told by evidence: the files themselves. Nothing is done twice. */
import { hashOf } from '../hash.ts';
import type { Change } from '../journal/event.ts';
import type { Call } from '../journal/state.ts';
import type { Engine } from './engine.ts';
import { finishCall } from './finish-call.ts';

/** True when the call's outcome is known, or cannot be known, and is journaled; false: it was not done, so it is made again. */
export async function settled(engine: Engine, call: Call): Promise<boolean> {
  const { intent } = call;
  if (!intent) return false; // it had no effect: do it again
  if (engine.begun.has(call.id) && !engine.entered.has(call.id)) return false; // recording it failed, so it was never done
  if (intent.kind === 'command') {
    const forModel = `Interrupted: \`${intent.command}\` had been started when the run was cut off. Its outcome is unknown; it was not run again.`;
    await finishCall(engine, call, { ok: false, own: true, title: intent.command, forModel });
    return true;
  }
  const found = await Promise.all(intent.changes.map((change) => asFound(engine, change)));
  if (found.every(({ now }, index) => now === intent.changes[index]?.before)) return false; // nothing was written
  const changes = found.filter(({ now, change }) => now !== change.before).map(({ change, now }) => as(change, now));
  const paths = intent.changes.map(({ path }) => path).join(', ');
  const isDone = found.every(({ now, change }) => now === change.after);
  await finishCall(
    engine,
    call,
    isDone
      ? { ok: true, title: paths, forModel: intent.changes.map(doneText).join(' '), changes }
      : {
          ok: false,
          title: paths,
          forModel: `Interrupted while ${paths} was being written, and ${found.length > 1 ? 'not all of it was: ' : 'the file is neither the old nor the new text'}${found.length > 1 ? found.map(stateText).join(', ') : ''}. Read it before going on.`,
          changes,
        },
  );
  return true;
}

const doneText = ({ path, after }: Change): string => (after ? `Wrote ${path}.` : `Deleted ${path}.`);

interface Found {
  readonly change: Change;
  /** Hash of what is there now. */
  readonly now: string | undefined;
}

async function asFound({ ports: { workspace } }: Engine, change: Change): Promise<Found> {
  const at = await workspace.resolve(change.path);
  const content = 'fault' in at ? undefined : await workspace.read(at.real);
  return { change, now: content && !('fault' in content) ? hashOf(content.bytes) : undefined };
}

const as = ({ path, before }: Change, now: string | undefined): Change => ({
  path,
  ...(before && { before }),
  ...(now && { after: now }),
});

const stateText = ({ change: { path, before, after }, now }: Found): string =>
  `${path} is ${now === after ? 'as proposed' : now === before ? 'as before' : 'neither as before nor as proposed'}`;
