/**
 * What git runs programs by: hooks, settings and what they include, attributes; of every repository near the root, its
 * submodules and linked work trees. Git itself is not asked: that could run what is looked for.
 */
import { lstat, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { within } from '../sandbox/places.ts';
import { gitFoldersIn } from '../sandbox/repositories.ts';
import { type Found, filesIn } from './places.ts';

/** Settings that include each other are followed that far. */
const INCLUDES = 32;
const LARGEST = 1024 * 1024;

export async function gitPaths(root: string): Promise<Found> {
  const { folders, links, cut } = await gitFoldersIn(root);
  const found = await Promise.all(folders.map((folder) => ofFolder(folder, root)));
  return {
    files: [...new Set([...links, ...found.flatMap(({ files }) => files)])],
    cut: [...(cut ? [root] : []), ...found.flatMap((one) => one.cut)],
  };
}

async function ofFolder(git: string, root: string): Promise<Found> {
  const settings = ['config', 'config.worktree'].map((name) => path.join(git, name));
  const hooks = new Set([path.join(git, 'hooks')]);
  const files = new Set([...settings, path.join(git, 'info/attributes'), path.join(git, 'commondir')]);
  for (const file of settings)
    for (const { key, value } of await settingsOf(file)) {
      if (key === 'hookspath') hooks.add(path.resolve(path.dirname(git), value));
      // Included files count from the file that includes them; those outside are not the work tree's.
      if (key === 'path' && settings.length < INCLUDES) {
        const included = path.resolve(path.dirname(file), value);
        if (!within(included, root) && !within(included, git)) continue;
        if (!settings.includes(included)) settings.push(included);
        files.add(included);
      }
      if (key === 'attributesfile') files.add(path.resolve(path.dirname(git), value));
    }
  const inHooks = await Promise.all(
    [...hooks].filter((folder) => within(folder, root) || within(folder, git)).map(hooksIn),
  );
  return {
    files: [
      ...[...files].filter((file) => within(file, root) || within(file, git)),
      ...inHooks.flatMap((one) => one.files),
    ],
    cut: inHooks.flatMap((one) => one.cut),
  };
}

/** The folder may be a link: then what it leads to is looked at as well, where that is a folder. */
async function hooksIn(folder: string): Promise<Found> {
  const isLink = (await lstat(folder).catch(() => undefined))?.isSymbolicLink() === true;
  const real = isLink ? await realpath(folder).catch(() => folder) : folder;
  const found = await filesIn(real, (name) => !name.endsWith('.sample'));
  return { ...found, files: [...(isLink ? [folder] : []), ...found.files] };
}

/** Keys of the sections that matter, with their values; what git would read otherwise than this is a change all the same. */
async function settingsOf(file: string): Promise<{ readonly key: string; readonly value: string }[]> {
  const text = (await readFile(file).catch(() => Buffer.alloc(0))).subarray(0, LARGEST).toString('utf8');
  let section = '';
  const found: { key: string; value: string }[] = [];
  for (const line of text.split('\n')) {
    section = /^\s*\[\s*([\w.-]+)/.exec(line)?.[1]?.toLowerCase() ?? section;
    const [, name = '', value = ''] =
      /^(?:\s*\[[^\]]*\])?\s*([\w-]+)\s*=\s*"?([^"#;]*?)"?\s*(?:[#;].*)?$/.exec(line) ?? [];
    const key = name.toLowerCase();
    const matters =
      (section.startsWith('include') && key === 'path') ||
      (section === 'core' && (key === 'hookspath' || key === 'attributesfile'));
    if (matters && value !== '' && !value.startsWith('~')) found.push({ key, value });
  }
  return found;
}
