/**
 * The tools a model is offered, how it is told of them, and how its calls are understood: a name and a JSON text become a
 * tool with valid arguments, or an answer that says what to mend.
 */
import * as z from 'zod';
import type { Profile, ToolSpec } from '../model/model.ts';
import { ask } from './ask.ts';
import { remove } from './delete.ts';
import { edit } from './edit.ts';
import { find } from './find.ts';
import { finish } from './finish.ts';
import { git } from './git.ts';
import { job } from './job.ts';
import { move } from './move.ts';
import { patch } from './patch.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { run } from './run.ts';
import { search } from './search.ts';
import type { Refusal, Tool } from './tool.ts';
import { understand } from './understand.ts';
import { write } from './write.ts';

/** The core set, in the order the model sees it. `ask` only where somebody can answer. */
export const coreTools = (attended: boolean, edits: Tool = edit): readonly Tool[] => [
  read,
  search,
  find,
  edits,
  write,
  run,
  plan,
  finish,
  ...(attended ? [ask] : []),
];

/** Where a thread is opened. */
export interface Place {
  readonly attended: boolean;
  /** How its model writes changes. */
  readonly edits?: Profile['edits'];
  /** The root is in a git repository. */
  readonly repository?: boolean;
  /** Commands can run in the background. */
  readonly background?: boolean;
}

/** What a thread is offered: the core set, and what is of use here. Files are deleted only where somebody can be asked. */
export const offeredTools = ({
  attended,
  edits = 'edit',
  repository = false,
  background = false,
}: Place): readonly Tool[] => [
  ...coreTools(attended, edits === 'patch' ? patch : edit),
  ...(edits === 'edit' ? [move, ...(attended ? [remove] : [])] : []),
  ...(repository ? [git] : []),
  ...(background ? [job] : []),
];

/** Every tool whose calls are understood: a thread goes on with what it was offered, whatever model it has now. */
export const allTools = (attended: boolean): readonly Tool[] => [
  ...offeredTools({ attended, repository: true, background: true }),
  patch,
];

/** Tools as the model is told of them. A tool is described once: with every request its description is the same object. */
export const specs = (tools: readonly Tool[]): ToolSpec[] => tools.map(specOf);

const described = new WeakMap<Tool, ToolSpec>();

function specOf(tool: Tool): ToolSpec {
  const { name, description, args } = tool;
  const spec = described.get(tool) ?? { name, description, parameters: schemaOf(args) };
  described.set(tool, spec);
  return spec;
}

/** Without what repeats itself in every tool: a model needs the shape, the checking is ours. */
function schemaOf(args: z.ZodObject): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(args, {
    io: 'input',
    override: ({ jsonSchema }) => {
      for (const noise of [
        'additionalProperties',
        'minLength',
        'minItems',
        'maxItems',
        'minimum',
        'maximum',
        'default',
      ] as const)
        delete jsonSchema[noise];
    },
  });
  return schema;
}

export interface ResolvedCall {
  readonly kind: 'call';
  readonly tool: Tool;
  readonly args: unknown;
  /** What was understood otherwise than written; goes back with the result. */
  readonly note?: string;
}

/** Prefixes some models put before every name. Nothing else is guessed. */
const PREFIX = /^(functions?|tools?|default_api)[.:]/;

/** Never throws: what cannot be understood is a refusal that tells the model how to call. */
export function resolveCall(name: string, argumentsText: string, tools: readonly Tool[]): ResolvedCall | Refusal {
  const plain = name.replace(PREFIX, '');
  const tool = tools.find((one) => one.name === plain);
  if (!tool) {
    const known = tools.map((one) => one.name).join(', ');
    return {
      kind: 'refusal',
      title: `Unknown tool ${name.slice(0, 80)}`,
      forModel: `There is no tool "${name.slice(0, 80)}". The tools are: ${known}.`,
    };
  }
  const understood = understand(tool.args, argumentsText);
  if ('fault' in understood)
    return {
      kind: 'refusal',
      title: `${tool.name}: call not understood`,
      forModel: `${tool.name} was not called: ${understood.fault}`,
    };
  const empty = placeholderIn(understood.args);
  if (empty !== undefined)
    return {
      kind: 'refusal',
      title: `${tool.name}: a placeholder`,
      forModel: `${tool.name} was not called: "${empty}" is a placeholder. Give the real value.`,
    };
  return { kind: 'call', tool, ...understood };
}

/** What models write when they copy a form: these are never the names of anything. */
const PLACEHOLDER =
  /^(?:<[\w\s./-]+>|\[[\w\s]+\]|(?:\.?\/)?path\/to\/.*|your[-_ ].*[-_ ]here|\.\.\.|…|TODO|TBD|string|placeholder|N\/A)$/i;

/** The first placeholder among the fields that name something; texts may hold whatever they like. */
function placeholderIn(args: unknown): string | undefined {
  if (typeof args !== 'object' || args === null) return undefined;
  for (const [key, value] of Object.entries(args))
    for (const one of NAMING.includes(key) ? [value].flat() : [])
      if (typeof one === 'string' && PLACEHOLDER.test(one.trim())) return one.trim().slice(0, 80);
  return undefined;
}
const NAMING = ['path', 'paths', 'to', 'command', 'cwd', 'summary', 'question'];
