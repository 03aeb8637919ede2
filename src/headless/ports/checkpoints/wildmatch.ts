/**
 * git's patterns (wildmatch.c) as a set of states that moves over the text once: a pattern of a hostile repository costs
 * pattern times text at most, where a regular expression could take for ever. Matched byte by byte, as git does.
 */

type Step =
  | { readonly kind: 'set'; readonly has: (code: number) => boolean }
  /** Any number of characters: `*` without, `**` with the slash. */
  | { readonly kind: 'many'; readonly slash: boolean }
  /** What `**` and its slash stand for may also be nothing: goes on here or three steps later. */
  | { readonly kind: 'optional' };

const SLASH = 0x2f;

/** Whether a text matches. A pattern that cannot be understood (an unclosed bracket) matches nothing, as in git. */
export function wildmatch(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const steps = parse(asBytes(pattern), ignoreCase);
  return steps ? (text) => matches(steps, asBytes(text)) : () => false;
}

/** One character per byte of UTF-8. */
const asBytes = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII
  /^[\u0000-\u007f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');

function matches(steps: readonly Step[], text: string): boolean {
  let now = new Set<number>();
  enter(steps, 0, now);
  for (let at = 0; at < text.length && now.size > 0; at += 1) {
    const code = text.charCodeAt(at);
    const next = new Set<number>();
    for (const state of now) {
      const step = steps[state];
      if (step?.kind === 'set' && step.has(code)) enter(steps, state + 1, next);
      else if (step?.kind === 'many' && (step.slash || code !== SLASH)) enter(steps, state, next);
    }
    now = next;
  }
  return now.has(steps.length);
}

/** A state with all that are reached from it without a character. */
function enter(steps: readonly Step[], state: number, states: Set<number>): void {
  if (states.has(state)) return;
  states.add(state);
  const kind = steps[state]?.kind;
  if (kind === 'many' || kind === 'optional') enter(steps, state + 1, states);
  if (kind === 'optional') enter(steps, state + 3, states);
}

function parse(pattern: string, ignoreCase: boolean): readonly Step[] | undefined {
  const steps: Step[] = [];
  const literal = (char: string): void => {
    const codes = new Set((ignoreCase ? [char.toLowerCase(), char.toUpperCase()] : [char]).map((c) => c.charCodeAt(0)));
    steps.push({ kind: 'set', has: (code) => codes.has(code) });
  };
  let at = 0;
  while (at < pattern.length) {
    const char = pattern.charAt(at);
    if (char === '*') {
      const from = at;
      while (pattern[at] === '*') at += 1;
      const alone = (from === 0 || pattern[from - 1] === '/') && /^(?:$|\/|\\\/)/.test(pattern.slice(at, at + 2));
      const deep = at - from > 1 && alone;
      if (deep && pattern[at] === '/') {
        steps.push({ kind: 'optional' }, { kind: 'many', slash: true });
        literal('/');
        at += 1;
      } else steps.push({ kind: 'many', slash: deep });
    } else if (char === '?') {
      steps.push({ kind: 'set', has: (code) => code !== SLASH });
      at += 1;
    } else if (char === '[') {
      const bracket = parseBracket(pattern, at + 1, ignoreCase);
      if (!bracket) return undefined;
      steps.push({ kind: 'set', has: bracket.has });
      at = bracket.end;
    } else {
      const escaped = char === '\\';
      if (escaped && at + 1 === pattern.length) return undefined;
      literal(escaped ? pattern.charAt(at + 1) : char);
      at += escaped ? 2 : 1;
    }
  }
  return steps;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class of control characters
  cntrl: /[\u0000-\u001f\u007f]/,
  digit: /[0-9]/,
  graph: /[\u0021-\u007e]/,
  lower: /[a-z]/,
  print: /[\u0020-\u007e]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** A bracket from behind its `[`. Undefined: it never ends, or names a class that there is not. */
function parseBracket(
  pattern: string,
  from: number,
  ignoreCase: boolean,
): { readonly has: (code: number) => boolean; readonly end: number } | undefined {
  const negative = pattern[from] === '!' || pattern[from] === '^';
  const parts: ((code: number) => boolean)[] = [];
  let at = negative ? from + 1 : from;
  let previous: number | undefined;
  const first = at;
  for (; at < pattern.length; at += 1) {
    let char = pattern.charAt(at);
    if (char === ']' && at > first) {
      const among = (code: number): boolean => parts.some((part) => part(code));
      const folded = (code: number): boolean =>
        among(code) || (ignoreCase && (among(swapCase(code, 'lower')) || among(swapCase(code, 'upper'))));
      return { has: (code) => code !== SLASH && folded(code) !== negative, end: at + 1 };
    }
    if (char === '[' && pattern[at + 1] === ':') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) return undefined;
      if (pattern[end - 1] === ':' && end - 1 > at + 1) {
        const named = CLASSES[pattern.slice(at + 2, end - 1)];
        if (!named) return undefined;
        parts.push((code) => named.test(String.fromCharCode(code)));
        previous = undefined;
        at = end;
        continue;
      }
    }
    if (char === '-' && previous !== undefined && at + 1 < pattern.length && pattern[at + 1] !== ']') {
      at += 1;
      if (pattern[at] === '\\') at += 1;
      const low = previous;
      const high = pattern.charCodeAt(at);
      parts.push((code) => low <= code && code <= high);
      previous = undefined;
      continue;
    }
    if (char === '\\') {
      at += 1;
      char = pattern.charAt(at);
      if (char === '') return undefined;
    }
    const own = char.charCodeAt(0);
    parts.push((code) => code === own);
    previous = own;
  }
  return undefined;
}

const swapCase = (code: number, to: 'lower' | 'upper'): number => {
  const char = String.fromCharCode(code);
  return (to === 'lower' ? char.toLowerCase() : char.toUpperCase()).charCodeAt(0);
};
