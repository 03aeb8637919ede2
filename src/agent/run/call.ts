/**
 * One tool call: prepare, ask, journal the intent, act, journal the result. After a crash a call that had started is
 * settled by evidence, never repeated.
 */

import { guardsText } from '../context/prompt.ts';
import type { Call } from '../journal/state.ts';
import { decisionLine, mapMode, refusalText } from '../policy/decide.ts';
import { nameOf } from '../policy/path.ts';
import { taskOf } from '../queue/queue.ts';
import { resolveCall } from '../tools/registry.ts';
import type { Prepared, Refusal, ToolResult } from '../tools/tool.ts';
import { authorise, judge } from './authorise.ts';
import { checkpointBefore } from './checkpoint.ts';
import { changedSince, recordBefore } from './command-changes.ts';
import { commandSubject } from './command-subject.ts';
import { definitionOf } from './definition.ts';
import { runEdit } from './edit-call.ts';
import type { Engine } from './engine.ts';
import { finishCall } from './finish-call.ts';
import { hasMovedOn } from './moved-on.ts';
import { type Act, no, perform, withNote } from './perform.ts';
import { settled } from './settle.ts';
import { steer } from './steer.ts';
import { baseline } from './verify.ts';
import { reviewJobs, reviewWatched, watchedNow, watchJobs } from './watch.ts';

export async function runCall(engine: Engine, call: Call): Promise<void> {
  if (call.status === 'started' && (await settled(engine, call))) return;
  await engine.ports.rules?.refresh();
  const meanwhile = await reviewJobs(engine, call.id);
  if (engine.signal.aborted) return;
  const resolved = resolveCall(call.name, call.arguments, engine.tools);
  const note = (result: ToolResult, ...texts: readonly (string | undefined)[]) =>
    finishCall(
      engine,
      call,
      [...texts, meanwhile].reduce((noted, text) => withNote(noted, text), result),
    );
  if (resolved.kind === 'refusal') return note({ ok: false, own: true, ...resolved });
  const prepared = await resolved.tool.prepare(resolved.args, engine.toolContext());
  if (prepared.kind === 'refusal') return note({ ok: false, own: true, ...prepared });
  if (prepared.kind === 'steer') return steer(engine, call, prepared.request);
  const { log } = engine.policy;
  if (log) {
    const decision = judge(engine, prepared.actions);
    log(decisionLine(prepared.title, decision, mapMode(decision, engine.state().mode)));
  }
  const before = taskOf(engine.state().queue, engine.state().current?.task ?? '');
  const isFirst = before !== undefined && !engine.state().effects[before.id];
  const result =
    prepared.effect.kind === 'edit'
      ? await runEdit(engine, call, prepared, prepared.effect.proposals)
      : await runPlain(engine, call, prepared, () => resolved.tool.prepare(resolved.args, engine.toolContext()));
  const guards = isFirst && engine.state().effects[before.id] ? guardsNote(engine, before.id) : undefined;
  if (result) await note(result, guards, resolved.note);
  await watchJobs(engine, prepared.effect.kind === 'command' ? 'all' : (result?.changes ?? []).map(({ path }) => path));
  await engine.flush();
}

/** Checks that all held before the first effect cannot prove it. */
function guardsNote({ state }: Engine, id: string): string | undefined {
  const task = taskOf(state().queue, id);
  const before = task?.results.filter(({ phase }) => phase === 'baseline') ?? [];
  const guardsOnly = before.length > 0 && before.every(({ outcome }) => outcome === 'passed');
  return task && guardsOnly ? guardsText(task) : undefined;
}

/** Its task is gone: nothing of it is done. */
export const dropCall = (engine: Engine, call: Call): Promise<void> =>
  finishCall(engine, call, no(call.name, 'Not done: the person took this task away.'));

const notNow = (anew: Exclude<Refusal | Prepared, Act>): string =>
  anew.kind === 'refusal' ? anew.forModel : 'Not run: it changed while it was asked about.';

/** Files that are guarded even from being read: a yes counts for this call. */
async function askToRead(
  engine: Engine,
  call: Call,
  { actions }: Act,
): Promise<{ readonly kind: 'yes' | 'aborted' } | { readonly kind: 'no'; readonly forModel: string }> {
  const paths = actions.flatMap((action) =>
    action.kind === 'read' && judge(engine, [action]).verdict === 'ask' ? [nameOf(action.path)] : [],
  );
  const verdict = await authorise(engine, call.id, actions, { kind: 'read', paths });
  if (verdict.kind === 'accept') return { kind: 'yes' };
  if (verdict.kind === 'aborted') return { kind: 'aborted' };
  if (verdict.kind === 'refuse') return { kind: 'no', forModel: verdict.forModel };
  const why = verdict.reason ? `Reason: ${verdict.reason}` : 'No reason was given.';
  return { kind: 'no', forModel: `Not read: the person declined. ${why}` };
}

/**
 * Reads and commands. `undefined`: the run was stopped before anything happened. `again`: prepares it as the world is by then;
 * a question stays open for long, and a yes counts for what was shown only.
 */
async function runPlain(
  engine: Engine,
  call: Call,
  prepared: Act,
  again: () => Promise<Refusal | Prepared>,
): Promise<ToolResult | undefined> {
  const { effect, title } = prepared;
  const decision = judge(engine, prepared.actions);
  if (decision.verdict === 'deny') return no(title, refusalText(decision));
  if (decision.verdict === 'ask' && effect.kind === 'none') {
    const answer = await askToRead(engine, call, prepared);
    if (answer.kind === 'aborted') return undefined;
    if (answer.kind === 'no') return no(title, answer.forModel);
  }
  if (effect.kind === 'command') {
    await checkpointBefore(engine);
    if (!(await baseline(engine))) return undefined;
    const defined = await definitionOf(engine, effect.command, effect.cwd.real);
    const cwd = effect.cwd.relative ?? effect.cwd.real;
    const subject = commandSubject({ command: effect.command, cwd, check: false, ...defined }, effect.looked);
    const verdict = await authorise(engine, call.id, prepared.actions, subject);
    if (verdict.kind === 'aborted') return undefined;
    if (verdict.kind === 'refuse') return no(title, verdict.forModel);
    if (verdict.kind === 'reject')
      return no(
        title,
        `Not run: the person declined this command. ${verdict.reason ? `Reason: ${verdict.reason}` : 'No reason was given.'}`,
      );
    if (effect.looked && (await hasMovedOn(engine, effect.command, effect.cwd, effect.looked, defined.definition))) {
      const anew = await again();
      return anew.kind === 'act' ? runPlain(engine, call, anew, again) : no(title, notNow(anew));
    }
  }
  if (effect.kind !== 'command') return perform(engine, call, prepared);
  const tree = await recordBefore(engine, effect.command, decision);
  const before = await watchedNow(engine);
  const result = await perform(engine, call, prepared);
  if (!result) return undefined;
  const watched = await reviewWatched(engine, call.id, before, effect.looked);
  const commandChanges = tree && (await changedSince(engine, tree));
  return withNote({ ...result, ...(commandChanges && { commandChanges }) }, watched);
}
