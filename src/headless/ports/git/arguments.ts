/** The arguments of each operation that only looks. What a model wrote stands after `--` or has become a commit's hash. */
import type { GitOperation } from '../../../agent/ports.ts';

/** Neither the repository's diff programs nor its text converters, and the same form whatever its settings say. */
export const DIFF: readonly string[] = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--submodule=short',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--relative',
];
/** To look into a submodule git would start itself there, with that repository's settings. */
const NOT_INTO_SUBMODULES = '--ignore-submodules=all';

type Looking = Exclude<GitOperation, { kind: 'commit' | 'show' | 'file' }>;
type Diff = Extract<GitOperation, { kind: 'diff' }>;

/** `subfolder`: the root is not the repository's top folder. Revisions are hashes already. */
export function argumentsOf(operation: Looking, subfolder: boolean): string[] {
  switch (operation.kind) {
    case 'status':
      return [
        ...['status', '--short', '--branch', '--no-column', '--no-renames', NOT_INTO_SUBMODULES],
        ...['--untracked-files=normal', '--', '.'],
      ];
    case 'diff':
      return diffArguments(operation, ['--patch', '-M']);
    case 'log': {
      const paths = operation.paths.length > 0 ? operation.paths : subfolder ? ['.'] : [];
      return [
        ...['log', '--no-show-signature', '--no-color', '--no-patch', '--date=short', '--format=%h %ad %an:%d %s'],
        ...[`--max-count=${operation.count}`, '--', ...paths],
      ];
    }
    case 'blame':
      return [
        ...['blame', '--no-textconv', '--no-progress', '--date=short', '-L', `${operation.first},${operation.last}`],
        ...['--', operation.path],
      ];
    default:
      return operation satisfies never;
  }
}

/** Names of the files a diff is about. */
export const diffNames = (diff: Diff): string[] => diffArguments(diff, ['--name-only', '--no-renames', '-z']);

const diffArguments = ({ staged, from, to, paths }: Diff, form: readonly string[]): string[] => [
  ...['diff', ...DIFF, NOT_INTO_SUBMODULES, ...form],
  ...(staged ? ['--cached'] : []),
  ...[from, to].filter((revision) => revision !== undefined),
  '--',
  ...paths,
];

/** What a commit changed against its first parent, of these paths. */
export const showArguments = (commit: string, paths: readonly string[], form: readonly string[]): string[] => [
  ...['show', '--no-show-signature', '--format=', '-m', '--first-parent', ...DIFF, ...form, commit, '--', ...paths],
];

/** Who made a commit, when, and why. */
export const headerArguments = (commit: string): string[] => [
  ...['show', '--no-show-signature', '--no-patch', '--no-color', '--date=iso-strict'],
  ...['--format=commit %H%nauthor %an <%ae>%ndate %ad%n%n%B', commit, '--'],
];

/** A file that differs only in its times has a header and nothing below it: git would look closer, but write its index. */
export const withoutEmpty = (patch: string): string =>
  patch.replace(/^diff --git [^\n]*\n(?=diff --git |$(?![\s\S]))/gm, '');
