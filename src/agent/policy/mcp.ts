/**
 * MCP servers and their tools. A server is a program or an address somebody else wrote into a file: it starts after a yes
 * to exactly what will run, and the yes is bound to a hash of it. What a server says of itself (descriptions, annotations)
 * never makes anything easier. Sources: the MCP specification's security best practices; CVE-2025-54135, -54136, -59536.
 */
import { hashOf } from '../hash.ts';
import type { Hash } from '../ports.ts';
import { visible } from './names.ts';
import type { PathVerdict } from './path.ts';
import { judgeUrl } from './url.ts';

/** What a yes is bound to, whatever the file calls it. */
export interface ServerLaunch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Of each file of the workspace that the command line names. */
  readonly scripts: Readonly<Record<string, Hash>>;
}

const sorted = (record: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** The order of variables and scripts means nothing, that of arguments does. */
export const launchHash = ({ command, args, env, cwd, scripts }: ServerLaunch): Hash =>
  hashOf(JSON.stringify([command, args, sorted(env), cwd, sorted(scripts)]));

export interface ToolListing {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema?: unknown;
}

/** A changed description is a changed tool: models obey it. Annotations are in it too, for they are shown. */
export const toolsHash = (tools: readonly ToolListing[]): Hash =>
  hashOf(JSON.stringify([...tools].sort((a, b) => (a.name < b.name ? -1 : 1))));

/** Milliseconds, starts in a row, bytes. */
export const MCP_LIMITS = {
  callMs: 60_000,
  startMs: 30_000,
  /** A server that ended by itself this often is not started again before the person asks for it. */
  restarts: 3,
  resultBytes: 1024 * 1024,
  tools: 128,
} as const;

/** Waiting before a restart; `undefined`: give it up and say so. */
export const restartDelay = (exits: number): number | undefined =>
  exits > MCP_LIMITS.restarts ? undefined : 1_000 * 2 ** Math.max(0, exits - 1);

const ask = (rule: string, reason: string): PathVerdict => ({ verdict: 'ask', rule, reason, always: true });
const deny = (rule: string, reason: string): PathVerdict => ({ verdict: 'deny', rule, reason });
const allow = (rule: string, reason: string): PathVerdict => ({ verdict: 'allow', rule, reason });

/** A yes holds for the bytes it was given for. */
export function judgeConsent(what: string, approved: Hash | undefined, now: Hash): PathVerdict {
  if (approved === undefined) return ask('mcp-new', `${what} was never approved: all of it is shown first.`);
  return approved === now
    ? allow('mcp-unchanged', `${what} is what was approved.`)
    : ask('mcp-changed', `${what} is no longer what was approved: it is off until it was looked at again.`);
}

/** Programs that fetch and run a package in one step, and the switches of theirs that take a value. */
const FETCHING = /^(?:npx|bunx|pnpx|uvx|dlx|pipx|uv|pnpm|yarn|npm|bun|deno|docker|podman)$/;
const FETCHES = /^(?:dlx|exec|x|run|tool|create|init)$/;
const TAKES_VALUE =
  /^(?:-p|--package|-c|--call|--from|--with|--python|--registry|--index-url|-e|--env|-v|--volume|--name|--network)$/;

const baseName = (command: string): string =>
  (command.split(/[\\/]/).at(-1) ?? '').toLowerCase().replace(/\.(?:cmd|exe|ps1|bat)$/, '');

/** A package with an exact version, a digest, or a file of one's own. */
function isPinned(name: string): boolean {
  if (/^(?:\.{0,2}\/|file:|[a-z]:[\\/])/i.test(name)) return true;
  if (/@sha256:[0-9a-f]{64}$/.test(name)) return true;
  if (/^(?:https?:|git|github:|gitlab:|gist:)/i.test(name)) return /#[0-9a-f]{40}$/.test(name);
  return /.(?:@|==)v?\d+\.\d+\.\d+(?:[-+][\w.-]+)?$/.test(name);
}

/** Packages that a command line would fetch and run without saying which version. */
export function unpinned(command: string, args: readonly string[]): readonly string[] {
  const [program = '', ...rest] = [...command.trim().split(/\s+/), ...args];
  if (!FETCHING.test(baseName(program))) return [];
  const named: string[] = [];
  let skip = false;
  for (const [index, word] of rest.entries()) {
    const equals = /^--(?:package|from)=(.+)$/.exec(word)?.[1];
    if (equals) named.push(equals);
    const isValue = skip;
    skip = TAKES_VALUE.test(word);
    if (isValue && /^(?:-p|--package|--from)$/.test(rest[index - 1] ?? '')) named.push(word);
    if (isValue || word.startsWith('-') || FETCHES.test(word)) continue;
    if (named.length === 0) named.push(word);
    break;
  }
  return named.filter((name) => !isPinned(name));
}

/** What a shell or an interpreter is told on its command line cannot be hashed as a file. */
const INLINE = /^(?:-c|-e|--eval|-p|--print|\/c|-command|-encodedcommand|-enc)$/i;
const INTERPRETER = /^(?:(?:ba|z|da|k|fi)?sh|cmd|powershell|pwsh|node|deno|bun|python[\d.]*|ruby|perl|php|osascript)$/;

/** Judges the start of a server. `approved`: the hash the person said yes to. */
export function judgeLaunch(launch: ServerLaunch, trusted: boolean, approved: Hash | undefined): PathVerdict {
  const line = visible([launch.command, ...launch.args].join(' '));
  if (!trusted) return untrusted();
  if (launch.command.trim() === '') return deny('mcp-empty', 'The server names no command.');
  const consent = judgeConsent(`The server "${line}"`, approved, launchHash(launch));
  if (consent.verdict === 'allow') return consent;
  const loose = unpinned(launch.command, launch.args);
  if (loose.length > 0)
    return ask(
      'mcp-unpinned',
      `"${line}" fetches ${visible(loose.join(', '))} in whatever version there is then: name one.`,
    );
  const words = [...launch.command.trim().split(/\s+/).slice(1), ...launch.args];
  if (
    INTERPRETER.test(baseName(launch.command.trim().split(/\s+/)[0] ?? '')) &&
    words.some((word) => INLINE.test(word))
  )
    return ask('mcp-inline', `"${line}" runs a program that is written into the command line.`);
  return consent;
}

export const untrusted = (): PathVerdict =>
  deny('mcp-untrusted', 'The workspace is not trusted: no server of it is started.');

/** Judges a server's address, and the addresses it names for logging in. https only, but for this machine. */
export function judgeServerUrl(url: string, listed: readonly string[] = []): PathVerdict {
  const judged = judgeUrl(url, listed);
  if (judged.verdict === 'allow') return judged;
  return judged.verdict === 'ask' && judged.rule === 'url-plain'
    ? ask('mcp-plain', `${visible(url)} is not encrypted: whoever is on the way reads and answers for the server.`)
    : judged;
}

/** Name of a tool, also of a server: what models and cards are shown. */
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

export const isToolName = (name: string): boolean => TOOL_NAME.test(name);

/** The name as it is offered to a model: other characters and what is too long are replaced, a hash tells names apart. */
export function toolName(given: string): string {
  if (isToolName(given)) return given;
  return `${given.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 50) || 'tool'}_${hashOf(given).slice(0, 8)}`;
}

/** Judges a call. `allowed`: whole names the person listed. What the server says of the tool (annotations) is not asked for. */
export function judgeToolCall(name: string, allowed: readonly string[], own: readonly string[] = []): PathVerdict {
  if (own.includes(name))
    return deny('mcp-shadow', `${visible(name)} is the name of a tool of Goalwright's own: no server may offer it.`);
  return allowed.includes(name)
    ? allow('mcp-listed', `You listed ${name}.`)
    : ask('mcp-tool', `${visible(name)} is a tool of a server: each call is shown first.`);
}

/** What a server may ask of its client. */
const METHODS: Readonly<Record<string, PathVerdict>> = {
  ping: allow('mcp-ping', 'It asks whether somebody is there.'),
  'roots/list': ask('mcp-roots', 'It asks for folders: only those of the workspace that you approve are named.'),
  'sampling/createMessage': ask(
    'mcp-sampling',
    'It asks for an answer of your model: the whole prompt is shown first.',
  ),
  'elicitation/create': ask('mcp-elicitation', 'It asks you something: your answer goes to the server.'),
};
const NOTIFIED = /^notifications\/(?:initialized|cancelled|progress|message|resources\/updated)$/;
const LISTS = /^notifications\/(?:tools|prompts|resources|roots)\/list_changed$/;
const OURS = /^(?:initialize|tools\/list|prompts\/list|resources\/list|resources\/templates\/list|logging\/setLevel)$/;

export function judgeMethod(method: string): PathVerdict {
  if (Object.hasOwn(METHODS, method)) return METHODS[method] ?? unknownMethod(method);
  if (LISTS.test(method))
    return ask('mcp-list-changed', 'Its list changed: what is new in it is off until it was looked at.');
  if (NOTIFIED.test(method)) return allow('mcp-notice', 'It is a notice, and changes nothing.');
  if (OURS.test(method)) return allow('mcp-list', 'It asks the server what it has.');
  return unknownMethod(method);
}

const unknownMethod = (method: string): PathVerdict =>
  ask('mcp-method', `${visible(method)} is no method that is known here.`);
