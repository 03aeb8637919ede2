/** The grammar of the shell, loaded with the first command and once: tree-sitter's, in WebAssembly. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Parser } from '@vscode/tree-sitter-wasm';
import type { ShellNode } from '../../agent/policy/command/script.ts';
import type { ShellKind } from '../../agent/policy/command/understand.ts';

/** `undefined`: the text cannot be parsed here. */
export type ParseShell = (text: string) => ShellNode | undefined;

/** Longer ones nobody reads before saying yes. */
const MAX_CHARS = 20_000;

const GRAMMARS: Readonly<Record<Exclude<ShellKind, 'cmd'>, string>> = {
  ...{ bash: 'tree-sitter-bash.wasm', zsh: 'tree-sitter-bash.wasm', sh: 'tree-sitter-bash.wasm' },
  pwsh: 'tree-sitter-powershell.wasm',
};

const loading = new Map<string, Promise<Parser>>();

/** Of cmd.exe nothing is parsed. Rejects where the grammar is missing. */
export async function shellParser(shell: ShellKind): Promise<ParseShell> {
  if (shell === 'cmd') return () => undefined;
  const grammar = GRAMMARS[shell];
  const begun = loading.get(grammar) ?? load(grammar);
  loading.set(grammar, begun);
  const parser = await begun;
  return (text) => (text.length > MAX_CHARS ? undefined : (parser.parse(text)?.rootNode ?? undefined));
}

async function load(grammar: string): Promise<Parser> {
  const file = moduleFile();
  const folder = path.dirname(file);
  const { Parser, Language } = createRequire(file)(file) as typeof import('@vscode/tree-sitter-wasm');
  await Parser.init({ locateFile: (name: string) => path.join(folder, name) });
  const parser = new Parser();
  parser.setLanguage(await Language.load(new Uint8Array(await readFile(path.join(folder, grammar)))));
  return parser;
}

/** Built, it stands with its grammars in dist/grammar/; otherwise it is where npm put it. */
function moduleFile(): string {
  const here = typeof __dirname === 'string' ? __dirname : import.meta.dirname;
  const built = ['grammar', '../grammar'].map((folder) => path.join(here, folder, 'tree-sitter.cjs')).find(existsSync);
  return built ?? createRequire(path.join(here, 'here.js')).resolve('@vscode/tree-sitter-wasm');
}
