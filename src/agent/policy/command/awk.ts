/** Programs of awk that only choose and print: read token by token, since the language can write files and start programs. */
import type { Understood } from './arguments.ts';
import { mayBecome, type Word } from './script.ts';

/** Neither `|`, nor a name that could be called: those start programs. Nor `/`, which is a division in some places. */
const PLAIN =
  /^(?:\s|\d+(?:\.\d+)?|\$(?:\d+|NF\b)|"(?:\\[tn]|[^"\\\n])*"|&&|\|\||[=!<]=|[<!~,()%*+;-]|(?:NR|NF|FNR|FILENAME|BEGIN|END|next)\b(?!\s*\()|(?:length|tolower|toupper|substr|index|int)\b)/;
/** A sum or a set under a usual name; a name alone calls nothing. */
const SUM = /^(?:[a-z]|sum|total|count|max|min|seen)\b(?!\s*\()(?:\[\$\d+\])?(?:\s*(?:\+=|\+\+|=(?!=)))?/;
const PRINT = /^printf?\b/;
/** Behind `print` it would write. */
const GREATER = /^>=?/;
/** Without what could end the program early, were it none. */
const REGEX = /^\/[^/\\\n{}"]+\//;
/** What stands before a regular expression, and never before a division. */
const BEFORE_REGEX = /(?:^|&&|\|\||[!~(,;}\n])\s*$/;

function isPlainProgram(program: string): boolean {
  let depth = 0;
  for (let at = 0; at < program.length; ) {
    const rest = program.slice(at);
    const brace = /^[{}]/.exec(rest)?.[0];
    if (brace) depth += brace === '{' ? 1 : -1;
    if (depth < 0 || depth > 1) return false;
    const only =
      depth === 1
        ? PRINT.exec(rest)
        : (GREATER.exec(rest) ?? (BEFORE_REGEX.test(program.slice(0, at)) ? REGEX.exec(rest) : null));
    const token = brace ?? (PLAIN.exec(rest) ?? only ?? SUM.exec(rest))?.[0];
    if (!token) return false;
    at += token.length;
  }
  return depth === 0;
}

/** `awk -F, '{ print $2 }' file …`. */
export function awk(args: readonly Word[]): Understood {
  const separator = args[0]?.text ?? '';
  const [program, ...files] = args.slice(separator === '-F' ? 2 : /^-F./.test(separator) ? 1 : 0);
  if (
    args.slice(0, 2).some(({ isPattern }) => isPattern) ||
    !program ||
    /^-/.test(program.text) ||
    !isPlainProgram(program.text)
  )
    return { doubt: 'the program of awk may do more than print' };
  // A word with `=` sets a variable, and one with a dash may be a flag.
  const odd = files.find(
    (word) => /^-|=/.test(word.text) || mayBecome(word, /^-|=/) || (word.isPattern && !word.matches),
  );
  return odd
    ? { doubt: `awk is given ${odd.text}, which may not be a file` }
    : { names: files.map((word) => ({ word, access: 'content' })) };
}
