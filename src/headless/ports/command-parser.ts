/** The grammar of the shell, loaded with the first command and once: tree-sitter's, in WebAssembly. */
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
  const folder = path.dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
  const { Parser, Language } = await import('@vscode/tree-sitter-wasm');
  await Parser.init({ locateFile: (file) => path.join(folder, file) });
  const parser = new Parser();
  parser.setLanguage(await Language.load(new Uint8Array(await readFile(path.join(folder, 'tree-sitter-bash.wasm')))));
  return parser;
}
