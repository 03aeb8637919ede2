/** The grammar of the shell, loaded with the first command and once: tree-sitter's, in WebAssembly. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Parser } from '@vscode/tree-sitter-wasm';
import type { ShellNode } from '../../agent/policy/command/script.ts';

/** `undefined`: the text cannot be parsed here. */
export type ParseShell = (text: string) => ShellNode | undefined;

/** Longer ones nobody reads before saying yes. */
const MAX_CHARS = 20_000;

let loading: Promise<Parser> | undefined;

/** Rejects where the grammar is missing. */
export async function shellParser(): Promise<ParseShell> {
  loading ??= load();
  const parser = await loading;
  return (text) => (text.length > MAX_CHARS ? undefined : (parser.parse(text)?.rootNode ?? undefined));
}

async function load(): Promise<Parser> {
  const file = moduleFile();
  const folder = path.dirname(file);
  const { Parser, Language } = createRequire(file)(file) as typeof import('@vscode/tree-sitter-wasm');
  await Parser.init({ locateFile: (name: string) => path.join(folder, name) });
  const parser = new Parser();
  parser.setLanguage(await Language.load(new Uint8Array(await readFile(path.join(folder, 'tree-sitter-bash.wasm')))));
  return parser;
}

/** Built, it stands with its grammars in dist/grammar/; otherwise it is where npm put it. */
function moduleFile(): string {
  const here = typeof __dirname === 'string' ? __dirname : import.meta.dirname;
  const built = ['grammar', '../grammar'].map((folder) => path.join(here, folder, 'tree-sitter.cjs')).find(existsSync);
  return built ?? createRequire(path.join(here, 'here.js')).resolve('@vscode/tree-sitter-wasm');
}
