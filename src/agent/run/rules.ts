/** Finds the project's rules and gives each thread those that count for it: at its start, and when it touches more files. */
import { applies, folderRule, parseRule, RULES_FILE, RULES_FOLDER, type Rule, rulesText } from '../context/rules.ts';
import { hashOf } from '../hash.ts';
import type { Seen } from '../journal/event.ts';
import type { Thread } from '../journal/state.ts';
import type { Engine } from './engine.ts';
import { isReadable, textAt } from './text-at.ts';

const MOST_FILES = 50;

/** Before the first turn of a thread: its text for the brief. */
export async function firstRules(
  engine: Engine,
): Promise<{ readonly text: string; readonly files: Seen[] } | undefined> {
  const rules = (await rulesHere(engine, [])).filter((rule) => applies(rule, []));
  const found = rulesText(rules, engine.model.profile.contextWindow);
  return found && { text: found.text, files: found.rules.map(seen) };
}

const seen = ({ path, text }: Rule): Seen => ({ path, hash: hashOf(text) });

/** How many files a thread knew when its rules were looked at last. */
const looked = new WeakMap<Engine, Map<string, string>>();

/** Appends rules that count now and were not given. True: there were some. */
export async function giveRules(engine: Engine, thread: Thread): Promise<boolean> {
  const touched = Object.keys(thread.seen);
  const state = `${thread.epoch}:${touched.length}`;
  const memory = looked.get(engine) ?? new Map<string, string>();
  looked.set(engine, memory);
  // The brief held what counts before anything is touched.
  if (memory.get(thread.id) === state || state === '0:0') return false;
  memory.set(thread.id, state);
  const here = await rulesHere(engine, touched);
  const isHeld = ({ path }: Rule): boolean => thread.rules.includes(path);
  const missing = here.filter((rule) => !isHeld(rule) && applies(rule, touched));
  const found = rulesText(missing, engine.model.profile.contextWindow, here.filter(isHeld));
  if (!found || engine.stepSignal().aborted) return false;
  engine.emit({
    type: 'message.added',
    thread: thread.id,
    text: found.text,
    why: 'rules',
    files: found.rules.map(seen),
  });
  return true;
}

/** All rules that could count: the root's, those of the folders of touched files, those with globs. Nothing before trust. */
async function rulesHere(engine: Engine, touched: readonly string[]): Promise<readonly Rule[]> {
  if (!engine.policy.trusted) return [];
  const folders = new Set(['']);
  for (const path of touched)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.add(path.slice(0, at));
  const rules: Rule[] = [];
  for (const folder of [...folders].sort()) {
    const path = folder === '' ? RULES_FILE : `${folder}/${RULES_FILE}`;
    const text = await textOf(engine, path);
    if (text !== undefined) rules.push(folderRule(path, text));
  }
  const { workspace } = engine.ports;
  const at = await workspace.resolve(RULES_FOLDER);
  const names =
    'fault' in at || at.kind !== 'directory' || at.relative === undefined ? [] : await workspace.list(at.real);
  for (const name of names.filter((one) => one.endsWith('.md')).slice(0, MOST_FILES)) {
    const path = `${RULES_FOLDER}/${name}`;
    const text = await textOf(engine, path);
    if (text !== undefined) rules.push(parseRule(path, text));
  }
  return rules;
}

/** Our own folder is closed to the tools, not to us; everything else is read like any file, also through a link. */
async function textOf(engine: Engine, path: string): Promise<string | undefined> {
  const text = await textAt(engine, path, {
    allows: (at) =>
      at.relative !== undefined && !at.hidden && (at.relative.startsWith(`${RULES_FOLDER}/`) || isReadable(engine, at)),
  });
  return text && engine.redact(text);
}
