/**
 * A shell text as the simple commands in it, from the tree of a real grammar. Only what is provably simple is understood:
 * literal words, pipes, lists, reading from and writing to /dev/null. Whatever else is in it is a doubt, and a doubt asks.
 */

/** What is used of a syntax tree (tree-sitter's bash grammar); `namedChildren` without anonymous tokens. */
export interface ShellNode {
  readonly type: string;
  readonly text: string;
  readonly isMissing: boolean;
  readonly hasError: boolean;
  readonly children: readonly (ShellNode | null)[];
  readonly namedChildren: readonly (ShellNode | null)[];
}

export interface Word {
  /** What the program gets; of a pattern, the pattern. */
  readonly text: string;
  /** The shell puts file names in its place. */
  readonly isPattern: boolean;
  /** These names, where they are known, and the word itself, which stays as it is where there are none. */
  readonly matches?: readonly string[];
}

/** Whether the shell could put a word of this form in its place; `form`: of a word's beginning, or of any. */
export const mayBecome = ({ text, isPattern, matches }: Word, form: RegExp): boolean =>
  isPattern && (form.test(text) || (matches ? matches.some((one) => form.test(one)) : /^[*?[]/.test(text)));

/** Where output or input goes, beside /dev/null and other descriptors. */
export interface Redirect {
  readonly access: 'read' | 'edit';
  readonly target: Word;
}

export interface Simple {
  readonly argv: readonly [Word, ...Word[]];
  readonly redirects: readonly Redirect[];
  /** In a pipeline or behind `||`: a `cd` there does not lead everything after it. */
  readonly isAside: boolean;
}

export interface Script {
  readonly commands: readonly Simple[];
  /** Why it is not provably simple, in the order found; each ends a sentence. */
  readonly doubts: readonly string[];
}

/** More than this nobody reads in a card either. */
const MAX_COMMANDS = 50;

/** Never throws; what cannot be understood is a doubt. `root`: undefined where the parser gave nothing. */
export function readScript(root: ShellNode | undefined): Script {
  const commands: Simple[] = [];
  const doubts: string[] = [];
  if (!root) return { commands, doubts: ['it cannot be parsed'] };
  if (root.hasError) doubts.push('it cannot be parsed');
  visit(root, { commands, doubts, isAside: false });
  if (commands.length > MAX_COMMANDS) doubts.push(`it holds more than ${MAX_COMMANDS} commands`);
  return { commands, doubts: [...new Set(doubts)] };
}

interface Found {
  readonly commands: Simple[];
  readonly doubts: string[];
  readonly isAside: boolean;
}

/** Tokens between commands. What is not here is a doubt. */
const JOINTS: ReadonlySet<string> = new Set(['&&', ';', '\n', '|', '|&', '||']);

function visit(node: ShellNode, found: Found, redirects: readonly Redirect[] = []): void {
  switch (node.type) {
    case 'program':
    case 'list':
    case 'pipeline':
      visitAll(node, found, redirects);
      break;
    case 'comment':
      break;
    case 'negated_command':
      for (const child of node.namedChildren) if (child) visit(child, { ...found, isAside: true }, redirects);
      break;
    case 'test_command': {
      const words = node.text.startsWith('[[') ? undefined : testWords(node, found.doubts);
      const [name, ...args] = words ?? [];
      if (name?.text === '[') found.commands.push({ argv: [name, ...args], redirects, isAside: found.isAside });
      else found.doubts.push(`it holds ${NAMES.test_command}`);
      break;
    }
    case 'redirected_statement':
      redirected(node, found, redirects);
      break;
    case 'command':
      command(node, found, redirects);
      break;
    default:
      found.doubts.push(`it holds ${NAMES[node.type] ?? 'more than simple commands'}`);
      // The rules that deny still see each command inside.
      for (const child of node.namedChildren) if (child) visit(child, { ...found, doubts: [] });
  }
}

function visitAll(node: ShellNode, found: Found, redirects: readonly Redirect[]): void {
  const joints = node.children.flatMap((child) => (child && !isNamed(node, child) ? [child.text.trim() || '\n'] : []));
  const strange = joints.find((joint) => !JOINTS.has(joint));
  if (strange !== undefined)
    found.doubts.push(strange === '&' ? 'a command stays in the background' : `it holds ${strange}`);
  const isAside = found.isAside || node.type === 'pipeline' || joints.includes('||');
  for (const child of node.namedChildren) if (child) visit(child, { ...found, isAside }, redirects);
}

const isNamed = (node: ShellNode, child: ShellNode): boolean =>
  node.namedChildren.some((named) => named === child || (named !== null && sameNode(named, child)));

/** Trees hand out new objects for the same node. */
const sameNode = (a: ShellNode & { readonly id?: number }, b: ShellNode & { readonly id?: number }): boolean =>
  a.id !== undefined && a.id === b.id;

function redirected(node: ShellNode, found: Found, above: readonly Redirect[]): void {
  const redirects: Redirect[] = [...above];
  const bodies: ShellNode[] = [];
  for (const child of node.namedChildren) {
    if (!child) continue;
    if (child.type === 'file_redirect') redirects.push(...fileRedirect(child, found));
    else if (child.type === 'heredoc_redirect') heredoc(child, found);
    else if (child.type.endsWith('_redirect')) found.doubts.push('it holds a here-string');
    else bodies.push(child);
  }
  if (bodies.length === 0) found.doubts.push('it redirects without a command');
  for (const body of bodies) visit(body, found, redirects);
}

function fileRedirect(node: ShellNode, found: Found): Redirect[] {
  const operator = node.children.find((child) => child !== null && /^[<>&|]+$/.test(child.text))?.text ?? '';
  const targets = node.namedChildren.filter((child) => child !== null && child.type !== 'file_descriptor');
  // The grammar counts words behind the target as more of them.
  if (targets.length !== 1) found.doubts.push('a redirection has more than one target');
  const target = targets[0];
  if (!target) return [];
  const word = readWord(target, found.doubts);
  if (/^[<>]&$/.test(operator) && /^(?:\d+|-)$/.test(word.text)) return [];
  if (word.text === '/dev/null' && !word.isPattern) return [];
  return [{ access: operator === '<' ? 'read' : 'edit', target: word }];
}

/** With a quoted mark its text is only text. */
function heredoc(node: ShellNode, found: Found): void {
  const parts = node.namedChildren.flatMap((child) => child ?? []);
  const mark = parts.find(({ type }) => type === 'heredoc_start')?.text ?? '';
  const isPlain = /^(?:'\w+'|"\w+")$/.test(mark);
  if (!isPlain) found.doubts.push('a here-document is expanded');
  const others = parts.filter(
    ({ type }) => !['heredoc_start', 'heredoc_body', 'heredoc_end', 'file_descriptor'].includes(type),
  );
  if (others.length > 0) found.doubts.push('a here-document is followed by more');
}

function command(node: ShellNode, found: Found, redirects: readonly Redirect[]): void {
  const { doubts } = found;
  const words: Word[] = [];
  const own: Redirect[] = [...redirects];
  for (const child of node.namedChildren) {
    if (!child) continue;
    if (child.type === 'variable_assignment') assignment(child, doubts);
    else if (child.type === 'file_redirect') own.push(...fileRedirect(child, found));
    else if (child.type === 'command_name') words.push(readWord(child.namedChildren[0] ?? child, doubts));
    else words.push(readWord(child, doubts));
  }
  const [name, ...rest] = words;
  if (!name) return;
  if (name.isPattern) doubts.push('the name of a program is a pattern');
  found.commands.push({ argv: [name, ...rest], redirects: own, isAside: found.isAside });
}

/** `[ -f a ]` as the words it is made of; undefined where it is more than one plain question. */
function testWords(node: ShellNode, doubts: string[]): readonly Word[] | undefined {
  const words: Word[] = [];
  for (const child of node.children) {
    if (!child) continue;
    const isQuestion = child.type === 'unary_expression' || child.type === 'binary_expression';
    const inner = isQuestion
      ? testWords(child, doubts)
      : /^(?:\[|\]|!|!?=|==|test_operator)$/.test(child.type)
        ? [{ text: child.text, isPattern: false }]
        : /^(?:word|number|string|raw_string|concatenation)$/.test(child.type)
          ? [readWord(child, doubts)]
          : undefined;
    if (!inner) return undefined;
    words.push(...inner);
  }
  return words;
}

/** These only choose how output looks. */
const HARMLESS_VARIABLE =
  /^(?:(?:LC_[A-Z]+|LANG|LANGUAGE)=[\w.@:-]*|TZ=[A-Za-z][\w/+-]*|(?:NO_COLOR|CI|COLUMNS|FORCE_COLOR)=\w*|TERM=(?:dumb|xterm(?:-256color)?)|(?:GIT_)?PAGER=cat)$/;

function assignment(node: ShellNode, doubts: string[]): void {
  if (!HARMLESS_VARIABLE.test(node.text)) doubts.push('it sets a variable');
}

function readWord(node: ShellNode, doubts: string[]): Word {
  switch (node.type) {
    case 'word':
    case 'number':
      return plainWord(node.text, doubts);
    case 'raw_string':
      return { text: node.text.slice(1, -1), isPattern: false };
    case 'string':
      return { text: quoted(node, doubts), isPattern: false };
    case 'concatenation': {
      // Nothing to expand in it: it stands for itself, as `find -exec` wants it.
      if (node.text === '{}') return { text: '{}', isPattern: false };
      const parts = node.namedChildren.flatMap((child) => (child ? [readWord(child, doubts)] : []));
      const bare = node.namedChildren.flatMap((child) => (child?.type === 'word' ? [child.text] : [])).join('');
      if (/[{}]/.test(bare)) doubts.push('it holds a brace expansion');
      return { text: parts.map(({ text }) => text).join(''), isPattern: parts.some(({ isPattern }) => isPattern) };
    }
    case 'simple_expansion':
      if (node.text !== '$?') doubts.push(`what ${node.text} stands for is not known`);
      return { text: node.text, isPattern: false };
    default:
      doubts.push(`it holds ${NAMES[node.type] ?? 'an expansion'}`);
      return { text: node.text, isPattern: false };
  }
}

function plainWord(raw: string, doubts: string[]): Word {
  if (raw.startsWith('~')) doubts.push('~ stands for a home folder');
  if (/(?<!\\)[{}]/.test(raw) && raw !== '{}') doubts.push('it holds a brace expansion');
  if (/^[=!]/.test(raw) && raw.length > 1) doubts.push('the shell may put something else in place of a word');
  if (/\$|`/.test(raw.replace(/\\./gs, ''))) doubts.push('it holds an expansion');
  const isPattern = /[*?[]/.test(raw.replace(/\\./gs, ''));
  return { text: raw.replace(/\\\n/g, '').replace(/\\(.)/gs, '$1'), isPattern };
}

function quoted(node: ShellNode, doubts: string[]): string {
  for (const child of node.namedChildren)
    if (child && child.type !== 'string_content' && child.text !== '$?')
      doubts.push(`it holds ${NAMES[child.type] ?? 'an expansion'}`);
  return node.text.slice(1, -1).replace(/\\([$`"\\\n])/g, (_, one: string) => (one === '\n' ? '' : one));
}

const NAMES: Readonly<Record<string, string>> = {
  command_substitution: 'a command substitution',
  process_substitution: 'a process substitution',
  expansion: 'an expansion',
  arithmetic_expansion: 'arithmetic',
  ansi_c_string: 'a string with escapes',
  translated_string: 'a translated string',
  subshell: 'a subshell',
  compound_statement: 'a group of commands',
  if_statement: 'a condition',
  for_statement: 'a loop',
  c_style_for_statement: 'a loop',
  while_statement: 'a loop',
  case_statement: 'a choice',
  function_definition: 'a function',
  test_command: 'a test that evaluates expressions',
  declaration_command: 'a declaration',
  unset_command: 'a declaration',
  variable_assignment: 'a variable',
  variable_assignments: 'a variable',
};
