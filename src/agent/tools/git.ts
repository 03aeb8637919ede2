/**
 * Looks into the repository and commits to it. Looking shows no file that reading would not show; a commit is a command
 * that the person sees word for word, and it is made by the port, which runs nothing the repository names.
 */
import * as z from 'zod';
import { visible, visibleText } from '../policy/names.ts';
import { judgeMoved } from '../policy/path.ts';
import { carriesSecret } from '../policy/placeholders.ts';
import type { Git, GitOperation, ResolvedPath, Workspace } from '../ports.ts';
import { excerpt } from './excerpt.ts';
import { shownFiles } from './git-paths.ts';
import { refused } from './refused.ts';
import { spanOf, wholeFile } from './span.ts';
import { type Action, type Prepared, type Refusal, type ToolContext, type ToolResult, tool } from './tool.ts';

const ANSWER_LIMIT = 30 * 1024;
const COMMIT_MS = 30_000;
const LOG_DEFAULT = 20;
const TITLE = 100;

const Args = z.strictObject({
  action: z.enum(['status', 'diff', 'log', 'show', 'blame', 'commit']),
  paths: z
    .array(z.string().min(1))
    .max(100)
    .optional()
    .describe('commit: these files; blame: one, or lines "a.ts:10-40"'),
  staged: z.boolean().optional().describe('diff: of the index'),
  revision: z.string().min(1).optional().describe('show: a commit, or a file then: "HEAD~2:a.ts"; diff: compared with'),
  to: z.string().min(1).optional().describe('diff: second commit'),
  count: z.number().int().min(1).max(100).optional().describe('log'),
  message: z.string().optional().describe('commit'),
});
type Args = z.infer<typeof Args>;

/** What a call works with: the port, and the paths it names, resolved. */
interface Call {
  readonly args: Args;
  readonly git: Git;
  readonly workspace: Workspace;
  readonly root: ResolvedPath;
  readonly paths: readonly ResolvedPath[];
}

export const git = tool({
  name: 'git',
  description: 'Look into the git repository, or commit exactly the named files. Hooks are not run; nothing is pushed.',
  args: Args,
  async prepare(args, context) {
    const title = titleOf(args);
    const call = await enter(args, context);
    if (typeof call === 'string') return refused(title, call);
    switch (args.action) {
      case 'commit':
        return prepareCommit(call, title);
      case 'diff':
      case 'show':
        return prepareContent(call, title);
      default:
        return prepareLook(call, title);
    }
  },
});

function titleOf({ action, paths = [], revision, message = '' }: Args): string {
  const subject = visible(message.trim().split('\n')[0] ?? '');
  const of = action === 'commit' ? [`${count(paths.length)}: ${subject}`] : [revision ?? '', ...paths].map(visible);
  const text = ['Git', action, ...of.filter(Boolean)].join(' ');
  return text.length > TITLE ? `${text.slice(0, TITLE)}…` : text;
}

const count = (files: number): string => (files === 1 ? '1 file' : `${files} files`);

/** A text: why the call cannot be made, for the model. */
async function enter(args: Args, { git: port, workspace }: ToolContext): Promise<Call | string> {
  if (!port) return 'There is no git here. Use read, search and find.';
  const fault = argumentFault(args);
  if (fault !== undefined) return fault;
  const found = await port.repository();
  if ('none' in found) return `${found.none} Use read, search and find; the person can make one with git init.`;
  const root = await workspace.resolve('.');
  if ('fault' in root) return root.fault;
  const paths: ResolvedPath[] = [];
  for (const given of args.paths ?? []) {
    const path = await workspace.resolve(args.action === 'blame' ? (spanOf(given)?.path ?? given) : given);
    if ('fault' in path) return path.fault;
    if (nameOf(path) === undefined)
      return `${visible(given)} is outside the root: git is only asked about what is in it.`;
    paths.push(path);
  }
  return { args, git: port, workspace, root, paths };
}

function argumentFault({ action, paths = [], staged, revision, to, message = '' }: Args): string | undefined {
  if (action === 'commit' && message.trim() === '') return 'Not committed: give a message.';
  if (action === 'commit' && paths.length === 0) return 'Not committed: name the files in paths.';
  if (action === 'blame' && paths.length !== 1) return 'blame takes one file in paths.';
  if (to !== undefined && (revision === undefined || staged)) return 'to needs revision, and goes without staged.';
  if (action === 'show' && revision !== undefined && FILE_THEN.test(revision) && paths.length > 0)
    return `${visible(revision)} is a file already: leave paths out.`;
  return undefined;
}

/** A file as it was. */
const FILE_THEN = /^([^:]+):(.+)$/s;

/** As git names it: links are not followed. */
const nameOf = ({ relative, lexical }: ResolvedPath): string | undefined => {
  const name = lexical ?? relative;
  return relative === undefined || name === undefined ? undefined : name || '.';
};
const namesOf = (paths: readonly ResolvedPath[]): string[] => paths.flatMap((path) => nameOf(path) ?? []);

const reads = (paths: readonly ResolvedPath[]): Action[] => paths.map((path) => ({ kind: 'read', path }));

/** status, log and blame: what is concerned is what was named. */
function prepareLook({ args, git: port, workspace, root, paths }: Call, title: string): Prepared {
  return looking(title, paths.length > 0 ? paths : [root], async (signal) => {
    const result = await port.run(lookOf(args, namesOf(paths)), signal);
    if (args.action === 'blame') return answer(title, result, 'Nothing.', 'name lines, such as "a.ts:10-80"');
    // Names of files and people, not a file's text.
    const open =
      args.action === 'status' && !('fault' in result) ? await openLines(result.output, workspace) : undefined;
    const plain = 'fault' in result ? result : { ...result, output: visibleText(open ?? result.output) };
    return answer(title, plain, 'No commits.', 'name paths, or a smaller count');
  });
}

/** Lines of a status (`XY name`, after the branch's `## `) but those of files that are hidden. */
async function openLines(output: string, workspace: Workspace): Promise<string> {
  const lines = await Promise.all(
    output.split('\n').map(async (line) => {
      const name = line.startsWith('## ') ? '' : line.slice(3);
      const path = name === '' ? undefined : await workspace.resolve(`./${plainName(name)}`);
      return path && !('fault' in path) && path.hidden ? [] : [line];
    }),
  );
  return lines.flat().join('\n');
}

/** git puts a name with blanks or quotes into quotes, as a string of C. */
const plainName = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replace(/\\(["\\])/g, '$1') : name;

function lookOf({ action, paths: [given = ''] = [], count = LOG_DEFAULT }: Args, paths: string[]): GitOperation {
  if (action === 'status') return { kind: 'status' };
  if (action === 'log') return { kind: 'log', count, paths };
  const { from, to = Number.MAX_SAFE_INTEGER } = spanOf(given) ?? wholeFile(given);
  return { kind: 'blame', path: paths[0] ?? '.', first: from, last: to };
}

/** diff and show: the files they are about are found out first, and each is judged. */
async function prepareContent(call: Call, title: string): Promise<Prepared | Refusal> {
  const { args, git: port, workspace, root, paths } = call;
  const { revision, to, staged = false } = args;
  const [, at, file] = FILE_THEN.exec(revision ?? '') ?? [];
  if (args.action === 'show' && at !== undefined && file !== undefined) return prepareFile(call, at, file, title);
  const wanted = paths.length > 0 ? namesOf(paths) : ['.'];
  const operation =
    args.action === 'show'
      ? ({ kind: 'show', revision: revision ?? 'HEAD', paths: wanted } as const)
      : ({ kind: 'diff', staged, ...(revision && { from: revision }), ...(to && { to }), paths: wanted } as const);
  const shown = await shownFiles(port, operation, workspace, new AbortController().signal);
  if ('fault' in shown) return refused(title, shown.fault);
  return looking(title, [...(paths.length > 0 ? paths : [root]), ...shown.allowed], async (signal) => {
    const result = await port.run({ ...operation, paths: shown.names }, signal);
    const empty = shown.leftOut.length > 0 ? '' : 'No differences. Files git does not track yet are named by status.';
    const { forModel, ...rest } = answer(title, result, empty, 'name paths');
    return { ...rest, forModel: [...shown.leftOut, forModel].filter(Boolean).join('\n') };
  });
}

async function prepareFile(
  { git: port, workspace }: Call,
  revision: string,
  file: string,
  title: string,
): Promise<Prepared | Refusal> {
  const path = await workspace.resolve(file);
  if ('fault' in path) return refused(title, path.fault);
  const name = nameOf(path);
  if (name === undefined) return refused(title, `${visible(file)} is outside the root.`);
  return looking(title, [path], async (signal) =>
    answer(title, await port.run({ kind: 'file', revision, path: name }, signal), 'Empty file.', 'use diff with paths'),
  );
}

const looking = (
  title: string,
  paths: readonly ResolvedPath[],
  look: (signal: AbortSignal) => Promise<ToolResult>,
): Prepared => ({
  kind: 'act',
  actions: reads(paths),
  title,
  effect: { kind: 'none' },
  perform: ({ signal }) => look(signal),
});

function answer(title: string, result: Awaited<ReturnType<Git['run']>>, empty: string, next: string): ToolResult {
  if ('fault' in result) return { ok: false, title, forModel: visibleText(result.fault) };
  if (result.output === '') return { ok: true, title, forModel: empty };
  const { text } = excerpt(result.output, wholeFile('git'), { limit: ANSWER_LIMIT, numbered: false, next });
  const cut = result.cut ? `\n[there is more than git was let say; ${next}]` : '';
  return { ok: true, title, forModel: `${text.trimEnd()}${cut}` };
}

/** The command that is shown is what the port does; of the hooks `--no-verify` stands for all. */
function prepareCommit({ args, git: port, workspace, root, paths }: Call, title: string): Prepared | Refusal {
  const folder = paths.find(({ kind, lexical, relative }) => kind === 'directory' && lexical === relative);
  if (folder) return refused(title, `Not committed: ${visible(folder.given)} is a folder. Name the files themselves.`);
  const message = (args.message ?? '').trim();
  const secret = carriesSecret(message);
  if (secret) return refused(title, `Not committed: ${secret}`);
  const names = [...new Set(namesOf(paths))];
  const command = ['git', 'commit', '--only', '--no-verify', '--no-gpg-sign', '-m', message, '--', ...names]
    .map(quoted)
    .join(' ');
  return {
    kind: 'act',
    actions: [...reads(paths), { kind: 'command', command, cwd: root }],
    title,
    effect: { kind: 'command', command, cwd: root, timeoutMs: COMMIT_MS },
    intent: { kind: 'command', command, cwd: root.relative ?? root.real },
    async perform({ signal }) {
      for (const path of paths) {
        const moved = judgeMoved(path, await workspace.resolve(path.given));
        if (moved) return { ok: false, title, forModel: `Not committed: ${moved.reason}` };
      }
      const result = await port.run({ kind: 'commit', message, paths: names }, signal);
      return 'fault' in result
        ? { ok: false, title, forModel: `Not committed: ${visibleText(result.fault)}` }
        : { ok: true, title, forModel: `Committed ${visibleText(result.output.trimEnd())}` };
    },
  };
}

/** One word of a shell's command line. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
