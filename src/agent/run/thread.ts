/** Opening a thread: the system text and the tools, fixed for its whole life, and the brief it starts with. */
import { briefText, projectTasksText, systemText, treeText } from '../context/prompt.ts';
import { ordersIn } from '../policy/data.ts';
import type { Task } from '../queue/task.ts';
import { offeredTools } from '../tools/registry.ts';
import type { Engine } from './engine.ts';
import { firstRules } from './rules.ts';

/** Files looked at for the first message's list of names. */
const TREE_LIMIT = 5_000;

/** Opens a thread for a task. Resolves to its id, or `undefined` when the run was stopped meanwhile. */
export async function openThread(engine: Engine, task: Task): Promise<string | undefined> {
  const { state, emit, ports, hidden, signal } = engine;
  const [found, place, tasks] = await Promise.all([
    ports.search.files({ path: ports.workspace.root, glob: undefined, exclude: hidden, limit: TREE_LIMIT }, signal),
    ports.git?.repository(),
    ports.tasks?.(),
  ]);
  if (signal.aborted) return undefined;
  const rules = await firstRules(engine);
  const tree = 'fault' in found ? `(not listed: ${found.fault})` : treeText(found.paths, found.total);
  const repository = place !== undefined && 'root' in place;
  const { agent, attended, threads } = state();
  // Threads nothing can go on in are no longer there; the latest always is.
  const latest = Math.max(0, ...Object.keys(threads).map((id) => Number(id.slice(1))));
  const thread = `h${latest + 1}`;
  emit({
    type: 'thread.opened',
    thread,
    task: task.id,
    system: systemText(agent, attended),
    tools: offeredTools({
      ...{ attended, edits: engine.model.profile.edits, repository },
      background: ports.shell.jobs !== undefined,
    })
      .map(({ name }) => name)
      .filter((name) => engine.tools.some((tool) => tool.name === name)),
  });
  const named = projectTasksText(tasks ?? []);
  // Said once: what appears later is in the result of the call that made or found it.
  const orders = latest === 0 ? ordersIn(`${tree}\n${named ?? ''}`) : undefined;
  emit({
    type: 'message.added',
    thread,
    text: briefText(state(), task, tree, rules?.text, named),
    why: 'brief',
    ...(rules && { files: rules.files }),
    ...(orders && { orders }),
  });
  return thread;
}
