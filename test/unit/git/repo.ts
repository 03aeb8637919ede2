/** A real repository in a folder of its own, made by plain git, and the port that looks at it. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Git, GitOperation } from '../../../src/agent/ports.ts';
import { nodeGit } from '../../../src/headless/ports/git.ts';

export interface Repo extends AsyncDisposable {
  /** Holds the work tree, a home folder, and what a hostile program leaves. */
  readonly top: string;
  readonly root: string;
  /** The environment of the person: a home with a name in it. */
  readonly own: NodeJS.ProcessEnv;
  readonly port: Git;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  read(name: string): Promise<string>;
  /** Plain git in the work tree; its output, also of a failure. */
  git(...args: readonly string[]): Promise<string>;
  /** A line of bash in the work tree, for the setup of a case. */
  bash(line: string): Promise<string>;
  run(operation: GitOperation): Promise<{ readonly output: string } | { readonly fault: string }>;
  /** What a hostile program writes when it runs. */
  readonly mark: string;
  marked(): Promise<boolean>;
  unmark(): Promise<void>;
}

const call = promisify(execFile);

/** One commit with these files. `inside`: the root is this folder of the work tree. */
export async function repo(
  files: Readonly<Record<string, string>> = { 'tracked.txt': 'one\n' },
  { inside = '', name = true }: { readonly inside?: string; readonly name?: boolean } = {},
): Promise<Repo> {
  const top = await realpath(await mkdtemp(path.join(tmpdir(), 'goalwright-git-')));
  const root = path.join(top, 'ws');
  const home = path.join(top, 'home');
  const mark = path.join(top, 'PWNED');
  await Promise.all([mkdir(root), mkdir(home)]);
  if (name) await writeFile(path.join(home, '.gitconfig'), '[user]\n\tname = Ann\n\temail = ann@example.com\n');
  const own = { PATH: process.env.PATH ?? '', HOME: home };
  const answered = async (program: string, args: readonly string[]): Promise<string> => {
    const env = { ...own, GIT_CONFIG_NOSYSTEM: '1' };
    const author = { GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z', GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z' };
    try {
      const running = call(program, args, { cwd: root, env: { ...env, ...author } });
      running.child.stdin?.end();
      return (await running).stdout;
    } catch (error) {
      return String(error);
    }
  };
  const made: Repo = {
    top,
    root,
    own,
    port: nodeGit({ root: path.join(root, inside), own }),
    mark,
    async write(more) {
      for (const [file, content] of Object.entries(more)) {
        await mkdir(path.dirname(path.join(root, file)), { recursive: true });
        await writeFile(path.join(root, file), content);
      }
    },
    read: (file) => readFile(path.join(root, file), 'utf8'),
    git: (...args) => answered('git', args),
    bash: (line) => answered('bash', ['-c', line]),
    run: (operation) => made.port.run(operation, AbortSignal.any([])),
    marked: () =>
      access(mark).then(
        () => true,
        () => false,
      ),
    unmark: () => rm(mark, { force: true }),
    [Symbol.asyncDispose]: () => rm(top, { recursive: true, force: true }),
  };
  await made.git('init', '-q', '-b', 'main');
  await made.write(files);
  if (Object.keys(files).length > 0) {
    await made.git('add', '-A');
    await made.git('commit', '-q', '-m', 'First');
  }
  return made;
}

export const outputOf = (result: { readonly output: string } | { readonly fault: string }): string => {
  if ('fault' in result) throw new Error(result.fault);
  return result.output;
};
