/**
 * Files that start programs or steer tools, before and after a command. A change that its approval did not show stops the run
 * until the person has seen it: they keep it or take it back. Nothing is taken back unasked.
 */
import { hunksOf } from '../edit/hunks.ts';
import { decode } from '../edit/text-file.ts';
import type { Subject } from '../journal/event.ts';
import type { Redact } from '../policy/secret.ts';
import type { WatchedChange, WatchedFile, WatchedState } from '../ports.ts';
import type { Looked } from '../tools/tool.ts';
import { watchedChanges } from '../watched.ts';
import { askPerson } from './authorise.ts';
import { halt } from './block.ts';
import type { Engine } from './engine.ts';

const MAX_PATCH = 4_000;

type WatchedSubject = Extract<Subject, { kind: 'watched' }>;

export const watchedNow = ({ ports }: Engine): Promise<WatchedState> | undefined => ports.watched?.read();

/** `of`: the call or check that ran it. Returns what to tell the model; `undefined`: nothing of the kind changed, or it was stopped. */
export async function reviewWatched(
  engine: Engine,
  of: string,
  before: WatchedState | undefined,
  looked: Looked | undefined,
): Promise<string | undefined> {
  const { watched } = engine.ports;
  if (!watched || !before) return undefined;
  const shown = new Set(
    looked?.understood.touches.flatMap(({ path, access }) =>
      access === 'edit' && !('fault' in path) ? [path.relative ?? path.real] : [],
    ),
  );
  const changes = watchedChanges(before, await watched.read()).filter(({ path }) => !shown.has(path));
  if (changes.length === 0) return undefined;
  const names = changes.map(({ path }) => path).join(', ');
  const verdict = await askPerson(engine, of, subjectOf(changes, engine.redact), {
    rule: 'watched-files',
    reason: 'The command changed files that start programs or steer tools, which its approval did not show.',
  });
  switch (verdict.kind) {
    case 'accept':
      return `It also changed ${names}: the person was asked and keeps that.`;
    case 'reject': {
      const { restored, failed } = await watched.undo(changes);
      const left = failed.map(({ path, why }) => `${path} (${why})`).join(', ');
      const why = verdict.reason ? ` Reason: ${verdict.reason}` : '';
      return `It also changed ${names}, which the person took back${restored.length === changes.length ? '' : `, but for ${left}`}.${why} Do not change such files by commands.`;
    }
    case 'refuse':
      halt(engine, 'blocked', `A command changed ${names}, and nobody was there to look at it. It was left as it is.`);
      return `It also changed ${names}: that needs a person's look, and nobody is there.`;
    case 'aborted':
      return undefined;
    default:
      return verdict satisfies never;
  }
}

const anyJob = ({ ports }: Engine): boolean => ports.shell.jobs?.list().some(({ end }) => end === undefined) ?? false;

/**
 * After a call: from now on it is known what commands in the background change. `ours`: files that the call itself
 * wrote, or all: it was a command, which was looked at on its own.
 */
export async function watchJobs(engine: Engine, ours: readonly string[] | 'all'): Promise<void> {
  const { background } = engine;
  const { since } = background;
  if (since === undefined || ours === 'all') {
    if (since !== undefined || anyJob(engine)) background.since = await watchedNow(engine);
    return;
  }
  const now = ours.length > 0 ? await watchedNow(engine) : undefined;
  if (!now) return;
  const files = new Map(since.files);
  for (const path of ours) {
    const file = now.files.get(path);
    if (file) files.set(path, file);
    else files.delete(path);
  }
  background.since = { ...since, files };
}

/** Before a call: what commands in the background changed since the last one. As `reviewWatched`. */
export async function reviewJobs(engine: Engine, call: string): Promise<string | undefined> {
  const { background } = engine;
  if (background.since === undefined) return undefined;
  const told = await reviewWatched(engine, call, background.since, undefined);
  background.since = anyJob(engine) ? await watchedNow(engine) : undefined;
  return told;
}

const subjectOf = (changes: readonly WatchedChange[], redact: Redact): WatchedSubject => ({
  kind: 'watched',
  changes: changes.map(({ path, why, before, after }) => ({
    ...{ path, why, act: before ? (after ? 'changed' : 'removed') : 'made' },
    patch: patchOf(before, after, redact),
    isUndoable: before === undefined || before.bytes !== undefined,
  })),
});

/** As much as a card shows; '' where there is no text to compare. */
function patchOf(before: WatchedFile | undefined, after: WatchedFile | undefined, redact: Redact): string {
  const [was, is] = [textOf(before), textOf(after)];
  if (was === undefined || is === undefined) return '';
  const { hunks } = hunksOf(was, is);
  const text = hunks.flatMap((hunk) => [`@@ -${hunk.oldStart} +${hunk.newStart} @@`, ...hunk.lines]).join('\n');
  return redact(text.length > MAX_PATCH ? `${text.slice(0, MAX_PATCH)}\n…` : text);
}

function textOf(file: WatchedFile | undefined): string | undefined {
  if (!file) return '';
  const text = file.bytes && decode(file.bytes);
  return text && 'text' in text ? text.text : undefined;
}
