/**
 * A PowerShell text as the simple commands in it. Less is taken for simple than of bash: literal words, pipes and lists of
 * known signs only, so that nothing rests on how the grammar cuts what PowerShell would cut otherwise.
 */
import type { Redirect, Script, ShellNode, Simple, Word } from './script.ts';

/** Outside quotes nothing but words, pipes and lists; `$null` may be written to. */
const SIMPLE = /^(?:[\w\s.\\/:*?=+~^,;|-]|&&|(?:\d?>|>)\s*\$null\b)*$/;
const QUOTED = /'(?:[^']|'')*'|"[^"$`]*"/g;
/** A word that means itself. */
const WORD = /^[\w.\\/:*?=+~^-]+$/;
/** What is written there is gone. */
const DROPS = /^[\d*]?>{1,2}\$null$/i;
const NAME = /^[A-Za-z][\w.-]*$/;

/** Parts of the tree that only hold others. */
const FRAMES: ReadonlySet<string> = new Set([
  'program',
  'statement_list',
  'pipeline',
  'pipeline_chain',
  'pipeline_chain_tail',
  'empty_statement',
  'command_elements',
]);

interface Found {
  readonly commands: Simple[];
  readonly doubts: string[];
  readonly isAside: boolean;
}

/** Never throws; what cannot be understood is a doubt. `root`: undefined where the parser gave nothing. */
export function readPowerShell(text: string, root: ShellNode | undefined): Script {
  const commands: Simple[] = [];
  const doubts: string[] = [];
  if (!root || root.hasError) doubts.push('it cannot be parsed');
  if (!SIMPLE.test(text.replace(QUOTED, '_'))) doubts.push('it holds more than simple commands');
  if (root) visit(root, { commands, doubts, isAside: false });
  return { commands, doubts: [...new Set(doubts)] };
}

function visit(node: ShellNode, found: Found): void {
  if (node.type === 'command') {
    command(node, found);
    return;
  }
  if (!FRAMES.has(node.type)) found.doubts.push('it holds more than simple commands');
  const isAside =
    found.isAside ||
    node.children.some(
      (child) => child?.type === '|' || (child?.type === 'pipeline_chain_tail' && child.text === '||'),
    );
  // The rules that deny still see each command inside of what is not simple.
  for (const child of node.namedChildren) if (child) visit(child, { ...found, isAside });
}

function command(node: ShellNode, found: Found): void {
  const { commands, doubts } = found;
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  for (const child of node.namedChildren) {
    if (child?.type === 'command_name') {
      if (!NAME.test(child.text)) doubts.push(`${child.text} is a program of its own`);
      words.push({ text: child.text, isPattern: false });
    } else if (child?.type === 'command_elements') elements(child, { words, redirects, doubts });
    else if (child) visit(child, found);
  }
  const [name, ...rest] = words;
  if (name) commands.push({ argv: [name, ...rest], redirects, isAside: found.isAside });
}

function elements(
  node: ShellNode,
  { words, redirects, doubts }: { readonly words: Word[]; readonly redirects: Redirect[]; readonly doubts: string[] },
): void {
  for (const child of node.namedChildren) {
    if (!child) continue;
    if (child.type === 'command_argument_sep') {
      // A value that stands with its parameter.
      if (/\S/.test(child.text) && child.text !== ':') doubts.push('it holds more than simple commands');
    } else if (DROPS.test(child.text)) {
      // The grammar takes it for a word.
    } else if (child.type === 'redirection') redirects.push(...redirection(child));
    else words.push(wordOf(child, doubts));
  }
}

function redirection(node: ShellNode): Redirect[] {
  const target = node.text.replace(/^[\d*]*>{1,2}\s*/, '');
  return target === '$null' || /^&\d$/.test(target)
    ? []
    : [{ access: 'edit', target: { text: target, isPattern: false } }];
}

function wordOf({ type, text }: ShellNode, doubts: string[]): Word {
  const quoted = /^(?:'((?:[^']|'')*)'|"([^"$`]*)")$/.exec(text);
  if (quoted) return { text: quoted[1]?.replaceAll("''", "'") ?? quoted[2] ?? '', isPattern: false };
  if (/^-?\d+$/.test(text) || type === 'command_parameter') return { text, isPattern: false };
  if (type !== 'generic_token' || !WORD.test(text)) doubts.push(`what ${text} stands for is not known`);
  return { text, isPattern: /[*?[]/.test(text) };
}
