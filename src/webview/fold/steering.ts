/** What a person may do with a task of the plan as it stands, and the commands that moving and adding come down to. */
import type { RunCommand } from '../../agent/protocol.ts';
import { childrenOf, type Queue } from '../../agent/queue/queue.ts';
import { isTerminal } from '../../agent/queue/task.ts';
import { isGoal, type TaskView } from './plan.ts';

export type TaskAction = 'edit' | 'up' | 'down' | 'skip' | 'retry' | 'remove';

/** A person's order is of what has not begun; the goal comes last by itself. */
const isMovable = (view: TaskView): boolean => view.task.status === 'pending' && !view.whole;

/** Only what makes sense as the task stands. */
export function actionsOf(plan: readonly TaskView[], view: TaskView): readonly TaskAction[] {
  const { task, needs } = view;
  const isOver = isTerminal(task.status);
  const actions: TaskAction[] = [];
  if (!isOver && task.status !== 'verifying') actions.push('edit');
  if (moved(plan, task.id, -1)) actions.push('up');
  if (moved(plan, task.id, 1)) actions.push('down');
  // What lacks something begins again with it.
  if (isOver && needs.length === 0) actions.push('retry');
  // The goal itself is given up by stopping the run.
  if ((!isOver || (task.status === 'blocked' && !task.doomed)) && !isGoal(task)) actions.push('skip');
  if (task.status !== 'done' && !isGoal(task)) actions.push('remove');
  return actions;
}

/** Neighbours under the same parent that a person may order, as they stand. */
const movableSiblings = (plan: readonly TaskView[], parent: string | undefined): readonly string[] =>
  plan.filter((view) => isMovable(view) && view.task.parent === parent).map(({ task }) => task.id);

/** The whole order after a task went `by` places among its neighbours; `undefined` where it cannot. */
export function moved(plan: readonly TaskView[], id: string, by: number): readonly string[] | undefined {
  const view = plan.find(({ task }) => task.id === id);
  const siblings = view ? movableSiblings(plan, view.task.parent) : [];
  const at = siblings.indexOf(id);
  const other = siblings[at + by];
  return at < 0 || other === undefined ? undefined : movedTo(plan, id, other);
}

/** The whole order with a task (and what belongs to it) in the place of a neighbour; `undefined` where it cannot. */
export function movedTo(plan: readonly TaskView[], id: string, place: string): readonly string[] | undefined {
  const parent = plan.find(({ task }) => task.id === id)?.task.parent;
  const siblings = movableSiblings(plan, parent);
  const [from, to] = [siblings.indexOf(id), siblings.indexOf(place)];
  if (from < 0 || to < 0 || from === to) return undefined;
  const order = siblings.toSpliced(from, 1).toSpliced(to, 0, id);
  // Every place a neighbour has now is taken by the next one of the new order, with all below it.
  const places = new Map(siblings.map((sibling, i) => [sibling, order[i] ?? sibling]));
  const blocks = blocksOf(plan, new Set(siblings));
  return blocks.flatMap((block) => {
    const next = places.get(block.head);
    return next === undefined ? block.ids : (blocks.find(({ head }) => head === next)?.ids ?? []);
  });
}

interface Block {
  readonly head: string;
  /** What can be ordered of the head and all below it. */
  readonly ids: readonly string[];
}

/** The plan cut into the given tasks with all below them, and everything else one by one. */
function blocksOf(plan: readonly TaskView[], heads: ReadonlySet<string>): readonly Block[] {
  const blocks: { head: string; ids: string[] }[] = [];
  let within = -1;
  for (const view of plan) {
    const own = isMovable(view) ? [view.task.id] : [];
    const block = blocks.at(-1);
    if (block && within >= 0 && view.depth > within) {
      block.ids.push(...own);
      continue;
    }
    within = heads.has(view.task.id) ? view.depth : -1;
    blocks.push({ head: view.task.id, ids: own });
  }
  return blocks;
}

export const hasOrder = ({ tasks }: Queue): boolean => tasks.some(({ rank }) => rank !== undefined);

export interface Draft {
  readonly title: string;
  readonly description: string;
  readonly priority: number;
}

/**
 * A new task belongs to the goal once that was split. Before, it stands beside it: a goal with a part of its own would
 * count as planned, and what is being done for it now would be over.
 */
export function addCommand(queue: Queue, { title, description, priority }: Draft): RunCommand {
  const goal = queue.tasks.find(({ parent }) => parent === undefined);
  const isSplit = goal?.status === 'pending' && childrenOf(queue, goal.id).length > 0;
  return {
    type: 'addTask',
    title,
    priority,
    ...(description && { description }),
    ...(isSplit && { parent: goal.id }),
  };
}

/** Only what was changed is sent; `undefined` where nothing was. */
export function editCommand({ task }: TaskView, { title, description, priority }: Draft): RunCommand | undefined {
  const changed = {
    ...(title !== task.title && { title }),
    ...(description !== task.description && { description }),
    ...(priority !== task.priority && { priority }),
  };
  return Object.keys(changed).length > 0 ? { type: 'editTask', task: task.id, ...changed } : undefined;
}
