/** Where the ripgrep program is: beside our own bundle, in VS Code, in the npm package, or on the PATH. */
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

export interface RipgrepPlaces {
  /** VS Code's `env.appRoot`. */
  readonly appRoot?: string;
  /** Folder of our own bundle. */
  readonly beside?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
}

/** Absolute path of a ripgrep that may be run, or `undefined`: search then says that it is missing. */
export async function findRipgrep(places: RipgrepPlaces = {}): Promise<string | undefined> {
  for (const candidate of candidates(places)) {
    if (await runnable(candidate)) return candidate;
  }
  const packaged = await fromPackage();
  if (packaged && (await runnable(packaged))) return packaged;
  for (const candidate of onPath(places)) {
    if (await runnable(candidate)) return candidate;
  }
  return undefined;
}

/** VS Code has moved it more than once; the first that exists is used. */
export function candidates({
  appRoot,
  beside,
  platform = process.platform,
  arch = process.arch,
}: RipgrepPlaces): string[] {
  const name = nameOn(platform);
  const inEditor = ['node_modules', 'node_modules.asar.unpacked'].flatMap((modules) => [
    path.join(modules, '@vscode', 'ripgrep-universal', 'bin', `${platform}-${arch}`, name),
    path.join(modules, '@vscode', `ripgrep-${platform}-${arch}`, 'bin', name),
    path.join(modules, '@vscode', 'ripgrep', 'bin', name),
  ]);
  return [
    ...(beside ? [path.join(beside, name)] : []),
    ...(appRoot ? inEditor.map((place) => path.join(appRoot, place)) : []),
  ];
}

/** Only absolute folders: a PATH entry such as '.' would let the workspace bring its own program. */
function onPath({ env = process.env, platform = process.platform }: RipgrepPlaces): string[] {
  const folders = (env.PATH ?? '').split(platform === 'win32' ? ';' : ':');
  return folders.filter((folder) => path.isAbsolute(folder)).map((folder) => path.join(folder, nameOn(platform)));
}

const nameOn = (platform: NodeJS.Platform): string => (platform === 'win32' ? 'rg.exe' : 'rg');

/** The package throws while it loads when it has nothing for this platform. */
const fromPackage = async (): Promise<string | undefined> => {
  try {
    return (await import('@vscode/ripgrep')).rgPath;
  } catch {
    return undefined;
  }
};

const runnable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
