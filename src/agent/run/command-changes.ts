/**
 * What became of the work tree while a command ran: the tree is recorded right before, so that each file can be looked at and
 * taken back. Commands that provably only look are not recorded.
 */
import { type CommandChanges, MOST_COMMAND_CHANGES } from '../journal/event.ts';
import type { Checkpoint } from '../journal/state.ts';
import type { Decision } from '../policy/decide.ts';
import type { Redact } from '../policy/secret.ts';
import { takenEvent, touched } from './checkpoint.ts';
import type { Engine } from './engine.ts';

/** Characters of a command that name its checkpoint. */
const NAME = 80;

/** Nothing of the person's is changed by what the built-in rules call harmless. */
const onlyLooks = ({ verdict, rule }: Decision): boolean => verdict === 'allow' && rule === 'command-harmless';

/** `undefined`: it changes nothing, or the tree cannot be recorded. */
export async function recordBefore(
  { state, ports, emit, stepSignal, unrecorded, redact }: Engine,
  command: string,
  decision: Decision,
): Promise<Checkpoint | undefined> {
  const task = state().current?.task;
  if (!ports.checkpoints || task === undefined || unrecorded.has(task) || onlyLooks(decision)) return undefined;
  const taken = await ports.checkpoints.take(touched(state()), stepSignal());
  if ('fault' in taken || stepSignal().aborted) return undefined;
  const last = state().checkpoints.at(-1);
  if (last?.snapshot === taken.id) return last;
  const event = takenEvent(state(), taken, 'during', task);
  emit(event.type === 'checkpoint.taken' ? { ...event, command: nameOf(command, redact) } : event);
  return state().checkpoints.at(-1);
}

export async function changedSince({ ports, signal }: Engine, before: Checkpoint): Promise<CommandChanges | undefined> {
  const found = await ports.checkpoints?.compare(before.snapshot, undefined, signal);
  if (!found || 'fault' in found || found.length === 0) return undefined;
  const shown = found.slice(0, MOST_COMMAND_CHANGES).map(({ path, before: was, after }) => ({
    path,
    ...(was && { before: was.hash }),
    ...(after && { after: after.hash }),
  }));
  return { checkpoint: before.id, changes: shown, more: found.length - shown.length };
}

function nameOf(command: string, redact: Redact): string {
  const line = redact(command.trim().split('\n')[0] ?? '');
  return line.length > NAME ? `${line.slice(0, NAME)}…` : line;
}
