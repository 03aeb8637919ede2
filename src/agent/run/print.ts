/** What a call comes down to, so that doing the same again can be noticed: see `Print`. */
import { hashOf } from '../hash.ts';
import type { Print } from '../journal/event.ts';
import type { Call } from '../journal/state.ts';
import { normalise } from '../model/normalise.ts';
import type { ToolResult } from '../tools/tool.ts';
import type { Engine } from './engine.ts';

/** Files looked at for the state of the work tree. */
const TREE_LIMIT = 3_000;
const DIGITS = 16;

const short = (text: string): string => hashOf(text).slice(0, DIGITS);

/** Commands that wait for something else to happen: saying the same for a while is what they are for. */
const WAITS = /(^|[\s;&|(])(sleep|wait|watch|inotifywait|until|while)\s|--(watch|wait|follow)\b|\btail\s+-[a-z]*f/i;

/** Arguments in one spelling: keys in order, white space in a command as one space. */
function spelling(name: string, text: string): string {
  const canonical = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((item) => canonical(item, key));
    if (typeof value === 'string') return key === 'command' ? value.trim().replace(/\s+/g, ' ') : value;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([inner, item]) => [inner, canonical(item, inner)]),
    );
  };
  try {
    return `${name} ${JSON.stringify(canonical(JSON.parse(text || '{}')))}`;
  } catch {
    return `${name} ${text.trim()}`;
  }
}

/** The work tree is looked at only when a command is run that was run before: that is when it tells something. */
export async function printOf(engine: Engine, call: Call, { ok, forModel }: ToolResult): Promise<Print> {
  const spelt = spelling(call.name, call.arguments);
  const digest = short(spelt);
  const isCommand = call.name === 'run';
  const isRepeated = isCommand && engine.state().trace.some((mark) => mark.call === digest);
  const tree = isRepeated ? await treeOf(engine) : undefined;
  return {
    call: digest,
    result: short(`${ok}\n${normalise(forModel, { root: engine.ports.workspace.root })}`),
    ...(tree !== undefined && { tree }),
    ...(isCommand && WAITS.test(` ${call.arguments}`.replace(/["'\\]/g, ' ')) && { polls: true }),
  };
}

/** Which files there are, and a version of each. */
async function treeOf({ ports, hidden, signal }: Engine): Promise<string | undefined> {
  const { root } = ports.workspace;
  const found = await ports.search.files({ path: root, glob: undefined, exclude: hidden, limit: TREE_LIMIT }, signal);
  if ('fault' in found) return undefined;
  const versions = await Promise.all(found.paths.map((path) => ports.workspace.version(`${root}/${path}`)));
  return short(JSON.stringify([found.total, found.paths, versions]));
}
