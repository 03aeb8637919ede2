/** Scripts of sed that only print: lines chosen by number or text, and replacements in what is shown. */

/** `10,20p`, `$p`, `/text/d`; several joined by `;`. */
const PRINTS = /^(?:(?:\d+|\$|\/[^/\\{}]*\/)(?:,(?:\d+|\$|\+\d+|\/[^/\\{}]*\/))?[pqd=]?;?)+$/;

export const isPrintingScript = (script: string): boolean => PRINTS.test(script) || isReplacement(script);

/** Of `s`: not `w` and `e`, which write and run. */
const FLAGS = /^[gIp0-9]*$/;

/** `s/a/b/g`. */
function isReplacement(script: string): boolean {
  const delimiter = script[1] ?? '';
  if (script[0] !== 's' || !'/|,#@'.includes(delimiter) || script.includes('\n')) return false;
  let parts = 0;
  for (let at = 2; at < script.length; at++) {
    const one = script[at];
    if (one === '\\') at++;
    else if (one === '[' && parts === 0) {
      // Programs differ on where a bracket ends that holds the delimiter or a backslash.
      const bracket = /^\[\^?\]?[^\]]*\]/.exec(script.slice(at))?.[0] ?? delimiter;
      if (bracket.includes(delimiter) || /\\|\[[.:=]/.test(bracket.slice(1))) return false;
      at += bracket.length - 1;
    } else if (one === delimiter) {
      parts++;
      if (parts === 2) return FLAGS.test(script.slice(at + 1));
    }
  }
  return false;
}
