/**
 * Which files of a work tree start programs or steer tools without being asked, and what a command changed of them. What is
 * read of a git folder is the reader's to find (hooks can be anywhere); here are the places known by name.
 */
import type { WatchedChange, WatchedFile, WatchedState } from './ports.ts';

export interface WatchedPlace {
  /** Relative to the root, with `/`. A folder: all of it, to a bounded depth. `*` stands for any text in the last name. */
  readonly paths: readonly string[];
  /** Ends the sentence that begins with the path. */
  readonly why: string;
}

export const WATCHED_PLACES: readonly WatchedPlace[] = [
  {
    paths: [
      '.vscode/tasks.json',
      '.vscode/launch.json',
      '.vscode/settings.json',
      '.vscode/mcp.json',
      '*.code-workspace',
    ],
    why: 'can start programs in the editor',
  },
  {
    paths: ['.husky', '.githooks', 'lefthook*', '.lefthook*', '.pre-commit-config.yaml', '.overcommit.yml', '.envrc'],
    why: 'starts programs at a commit or in a shell',
  },
  { paths: ['.devcontainer', '.devcontainer.json'], why: 'starts programs when the folder is opened in a container' },
  {
    paths: [
      ...['.github/workflows', '.github/actions', '.gitea/workflows', '.forgejo/workflows', '.gitlab-ci.yml'],
      ...['.gitlab/ci', '.circleci', '.buildkite', '.travis.yml', '.drone.yml', '.woodpecker*', 'Jenkinsfile'],
      ...['appveyor.yml', '.appveyor.yml', 'azure-pipelines*', 'bitbucket-pipelines.yml', 'cloudbuild.y*ml', '.ci'],
    ],
    why: 'runs on the build machines, with their secrets',
  },
  {
    paths: [
      ...['.cursor', '.roo', '.claude', '.gemini', '.codex', '.amazonq', '.windsurf', '.continue', '.kiro', '.qwen'],
      ...['.opencode', '.junie', '.copilot', '.clinerules', '.cursorrules', '.windsurfrules', '.roorules', '.mcp.json'],
      ...['.aider.conf.yml', 'AGENTS.md', 'CLAUDE.md', 'GEMINI.md', '.github/copilot-instructions.md'],
      ...['.github/instructions', '.github/prompts', '.github/agents', '.goalwright', '.goalwrightignore'],
    ],
    why: 'gives orders to coding agents',
  },
];

/** Of what the reader finds for git. */
const GIT_WHY = 'can start programs whenever git runs';

/** What differs, sorted by path. A git configuration whose branches alone changed is the same: git writes them itself. */
export function watchedChanges(before: WatchedState, after: WatchedState): WatchedChange[] {
  const paths = [...new Set([...before.files.keys(), ...after.files.keys()])].sort();
  return paths.flatMap((path) => {
    const was = before.files.get(path);
    const is = after.files.get(path);
    if (isSame(was, is) || isRoutine(path, was, is)) return [];
    return [{ path, why: whyOf(path), ...(was && { before: was }), ...(is && { after: is }) }];
  });
}

const isSame = (a: WatchedFile | undefined, b: WatchedFile | undefined): boolean =>
  a?.kind === b?.kind && a?.hash === b?.hash;

function isRoutine(path: string, a: WatchedFile | undefined, b: WatchedFile | undefined): boolean {
  if (!/(^|\/)\.git\/(.*\/)?config$/.test(path) || a?.kind !== 'file' || b?.kind !== 'file') return false;
  return !!a.bytes && !!b.bytes && withoutBranches(text(a.bytes)) === withoutBranches(text(b.bytes));
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Without the sections that say which branch of a known remote a branch follows; one with any other line in it stays. */
export function withoutBranches(config: string): string {
  const remotes = new Set([...config.matchAll(/^\[remote "([^"\\\n]*)"\]/gm)].map(([, name]) => name));
  const isKnown = (section: string): boolean =>
    [...section.matchAll(/^[ \t]*(?:push)?remote[ \t]*=[ \t]*(.*?)[ \t]*$/gim)].every(
      ([, remote = '']) => remote === '.' || remotes.has(remote),
    );
  return config
    .split(/^(?=\[)/m)
    .filter((section) => !(BRANCH.test(section) && isKnown(section)))
    .join('')
    .trimEnd();
}
const BRANCH =
  /^\[branch "[^"\\\n]*"\][ \t]*\n(?:[ \t]*(?:(?:remote|merge|rebase|pushRemote|description|vscode-merge-base|github-pr-owner-number)[ \t]*=[ \t]*[^\\\n]*)?(?:\n|$))*$/i;

function whyOf(path: string): string {
  const place = WATCHED_PLACES.find(({ paths }) => paths.some((pattern) => isAt(path, pattern)));
  return place?.why ?? GIT_WHY;
}

/** Is it the place, or below it? */
export function isAt(path: string, pattern: string): boolean {
  const names = path.split('/');
  const wanted = pattern.split('/');
  return wanted.every((one, index) => isNamed(names[index], one));
}

/** Compared as a case-insensitive disk would. */
export function isNamed(name: string | undefined, pattern: string): boolean {
  if (name === undefined) return false;
  const [head = '', ...rest] = pattern.toLowerCase().split('*');
  const folded = name.toLowerCase();
  const tail = rest.join('*');
  if (rest.length === 0) return folded === head;
  return folded.length >= head.length + tail.length && folded.startsWith(head) && folded.endsWith(tail);
}
