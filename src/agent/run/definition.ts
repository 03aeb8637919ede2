/** What a command stands for where a manifest says so: the text of a package's scripts, the recipe file of make. */
import * as z from 'zod';
import { hashOf } from '../hash.ts';
import type { Engine } from './engine.ts';
import { textAt } from './text-at.ts';

const Manifest = z.object({ scripts: z.record(z.string(), z.string()) });

/** `npm test`, `pnpm run build`, `yarn lint`: the script's name, wherever in the line it stands. */
const SCRIPT = /\b(?:npm|pnpm|yarn|bun)\s+(?:run(?:-script)?\s+)?([\w:.-]+)/g;
const MAKE = /(?:^|[;&|]\s*)make\b/;

/**
 * `cwd`: the real folder. A yes to the command covers this text too: when it changes, the command is asked about again.
 * Empty where the command names no manifest.
 */
export async function definitionOf(
  engine: Engine,
  command: string,
  cwd: string,
): Promise<{ readonly definition?: string }> {
  const parts: string[] = [];
  const names = [...command.matchAll(SCRIPT)].map(([, name]) => (name === 't' ? 'test' : name));
  if (names.length > 0) {
    const scripts = await scriptsOf(engine, cwd);
    for (const name of new Set(names.flatMap((script) => [`pre${script}`, script ?? '', `post${script}`])))
      if (scripts[name] !== undefined) parts.push(`${name}: ${scripts[name]}`);
  }
  if (MAKE.test(command)) {
    const makefile = (await textOf(engine, `${cwd}/Makefile`)) ?? (await textOf(engine, `${cwd}/makefile`));
    if (makefile !== undefined) parts.push(`Makefile ${hashOf(makefile).slice(0, 12)}`);
  }
  return parts.length > 0 ? { definition: engine.redact(parts.join('\n')) } : {};
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
