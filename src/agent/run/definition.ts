/** What a command stands for where a manifest says so: the text of a package's scripts, the recipe files of make. */
import * as z from 'zod';
import { hashOf } from '../hash.ts';
import type { Engine } from './engine.ts';
import { textAt } from './text-at.ts';

const Manifest = z.object({ scripts: z.record(z.string(), z.string()) });

/** Programs that run a package's scripts; which, any later word may say. */
const RUNNER = /\b(?:npm|pnpm|yarn|bun)\b|\bnode\s+--run\b/;
const MAKE = /\bg?make\b/;
/** In the order in which make looks for them. */
const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'];
/** Short for `test`. */
const SHORT = new Set(['t', 'tst']);
/** Words that are looked at as folders and files. */
const MOST_WORDS = 40;

/**
 * `cwd`: the real folder. A yes to the command covers this text too: when it changes, the command is asked about again.
 * Empty where the command names no manifest.
 */
export async function definitionOf(
  engine: Engine,
  command: string,
  cwd: string,
): Promise<{ readonly definition?: string }> {
  const isMake = MAKE.test(command);
  const isScript = RUNNER.test(command);
  if (!isMake && !isScript) return {};
  const words = [...new Set(command.split(/[\s;&|()'"=]+/))]
    .filter((word) => /^[\w.@]/.test(word))
    .slice(0, MOST_WORDS);
  const parts: string[] = [];
  // `cd sub && npm test`, `npm --prefix sub test`, `make -C sub`: any word may be the folder that is meant.
  for (const folder of [
    '',
    ...words.filter((word) => !/^\.\.?$/.test(word)).map((word) => `${word.replace(/\/+$/, '')}/`),
  ]) {
    if (isScript) parts.push(...(await scriptParts(engine, cwd, folder, words)));
    for (const name of isMake
      ? [...MAKEFILES, ...(folder === '' ? words.filter((word) => /\.mk$/.test(word)) : [])]
      : []) {
      const text = await textOf(engine, `${cwd}/${folder}${name}`);
      if (text !== undefined) parts.push(`${folder}${name} ${hashOf(text).slice(0, 12)}`);
    }
  }
  return parts.length > 0 ? { definition: engine.redact(parts.join('\n')) } : {};
}

async function scriptParts(
  engine: Engine,
  cwd: string,
  folder: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const scripts = await scriptsOf(engine, `${cwd}/${folder}`.replace(/\/$/, ''));
  const named = words.map((word) => (SHORT.has(word) ? 'test' : word)).filter((word) => Object.hasOwn(scripts, word));
  return [...new Set(named.flatMap((name) => [`pre${name}`, name, `post${name}`]))].flatMap((name) =>
    scripts[name] === undefined ? [] : [`${folder}${name}: ${scripts[name]}`],
  );
}

async function scriptsOf(engine: Engine, cwd: string): Promise<Readonly<Record<string, string>>> {
  const text = await textOf(engine, `${cwd}/package.json`);
  try {
    return Manifest.parse(JSON.parse(text ?? '')).scripts;
  } catch {
    return {};
  }
}

/** Manifests are read as their programs read them: what a script is must be known whatever hides it from the tools. */
const textOf = (engine: Engine, real: string): Promise<string | undefined> =>
  textAt(engine, real, { allows: () => true });
