/**
 * What the workspace's environment files and the environment of this process hold of secrets, and what the person's own
 * patterns find. Values are read here, compared here, and go nowhere else.
 */
import { constants } from 'node:fs';
import { open, opendir } from 'node:fs/promises';
import path from 'node:path';
import { type Find, redactorOf, secretsOfFile, secretsOfProcess } from '../../agent/policy/known-secrets.ts';
import type { Redact } from '../../agent/policy/secret.ts';
import type { SecretSource } from '../../agent/ports.ts';
import { textOfBytes, variablesIn } from './env-values.ts';

/** `.env`, `.env.local`, `.envrc`, `prod.env`; what is meant to be shared holds no secret. */
const isEnvironment = (name: string): boolean =>
  /^\.env|\.env$/i.test(name) && !/(?:^|[.-])(?:example|sample|template)(?:\.env)?$/i.test(name);

/** Folders that hold copies or other people's files, and may be large. */
const LEFT_OUT = new Set([
  ...['.git', '.hg', '.svn', 'node_modules', 'bower_components', '.venv', 'venv', '__pycache__', 'target', 'vendor'],
  ...['.next', '.nuxt', '.cache', '.gradle', '.terraform', '.yarn', '.pnpm-store', 'site-packages'],
]);
const MAX_FOLDERS = 2_000;
const MAX_FILES = 100;
const MAX_BYTES = 256 * 1024;
const MAX_VALUES = 2_000;

export interface NodeSecrets extends SecretSource {
  /** What could not be taken as it was meant, a sentence each, as of the last refresh. */
  problems(): readonly string[];
}

export interface SecretPlaces {
  /** Real path of the workspace. */
  readonly root: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The person's patterns, as they were written. */
  readonly patterns?: () => Promise<readonly unknown[]>;
}

/** Has looked once when it resolves. */
export async function nodeSecrets({ root, env = process.env, patterns }: SecretPlaces): Promise<NodeSecrets> {
  const values = new Set(secretsOfProcess(env));
  let written: string | undefined;
  let find: Find | undefined;
  let patternProblems: readonly string[] = [];
  let problems: readonly string[] = [];
  let redact: Redact = redactorOf(values);
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const before = values.size;
    const found: string[] = [];
    for (const text of await environmentFiles(root, found))
      for (const [name, given] of variablesIn(text))
        for (const value of secretsOfFile({ [name]: given })) if (values.size < MAX_VALUES) values.add(value);
    if (values.size >= MAX_VALUES) found.push(`Only ${MAX_VALUES} values of environment files are kept secret.`);
    const own = (await patterns?.()) ?? [];
    const now = JSON.stringify(own);
    const changed = now !== (written ?? '[]');
    if (changed) {
      // Only who has patterns pays for their engine.
      const made = (await import('./secret-patterns.ts')).compile(own);
      find = made.find;
      patternProblems = made.problems;
      written = now;
    }
    problems = [...patternProblems, ...found];
    if (changed || values.size !== before) redact = redactorOf(values, find);
  }

  const source: NodeSecrets = {
    get redact() {
      return redact;
    },
    problems: () => problems,
    // Whoever asks while it is being looked may have changed a file since: they wait for a look of their own.
    refresh() {
      const next = (looking ?? Promise.resolve()).then(look, look);
      looking = next;
      return next;
    },
  };
  await source.refresh();
  return source;
}

/** Texts of the environment files, those nearest to the root first. Links to folders are not followed. */
async function environmentFiles(root: string, problems: string[]): Promise<readonly string[]> {
  const texts: string[] = [];
  const folders = [root];
  let files = 0;
  for (let at = 0; at < folders.length; at++) {
    const folder = folders[at];
    if (folder === undefined || at >= MAX_FOLDERS) break;
    for (const { name, isFolder } of await entries(folder)) {
      const file = path.join(folder, name);
      if (isFolder) {
        if (!LEFT_OUT.has(name) && folders.length <= MAX_FOLDERS) folders.push(file);
      } else if (isEnvironment(name)) {
        files += 1;
        if (files > MAX_FILES) continue;
        const text = await textOf(file);
        if (typeof text === 'string') texts.push(text);
        else problems.push(`${path.relative(root, file)} ${text.fault}: its values are not known as secrets.`);
      }
    }
  }
  if (files > MAX_FILES) problems.push(`Only ${MAX_FILES} environment files are looked into.`);
  if (folders.length > MAX_FOLDERS)
    problems.push(`Environment files are looked for in the first ${MAX_FOLDERS} folders only.`);
  return texts;
}

async function entries(folder: string): Promise<readonly { readonly name: string; readonly isFolder: boolean }[]> {
  const found: { name: string; isFolder: boolean }[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      const isFolder = entry.isDirectory();
      if (isFolder || isEnvironment(entry.name)) found.push({ name: entry.name, isFolder });
    }
  } catch {
    // It cannot be read, or went away.
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A file alone is read, never a device or a pipe; also through a link. */
async function textOf(file: string): Promise<string | { readonly fault: string }> {
  try {
    // Opening a pipe would otherwise wait for its other end.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await handle.stat();
      if (!found.isFile()) return { fault: 'is no regular file' };
      if (found.size > MAX_BYTES) return { fault: `is larger than ${MAX_BYTES / 1024} KB` };
      return textOfBytes(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch {
    return { fault: 'cannot be read' };
  }
}
