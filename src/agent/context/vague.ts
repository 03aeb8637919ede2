/**
 * Does a goal leave open what counts as reaching it? Then a person is asked before any work, or assumptions are stated. Only
 * short goals without anything to hold on to (a file, a number, a quotation, a name in code) are taken for vague.
 */

const EMPTY_WORDS =
  /\b(something|anything|stuff|things?|whatever|good|better|best|nice|nicer|cool|great|awesome|amazing|perfect|proper(ly)?|professional|modern|beautiful|improve|enhance|optimi[sz]e|clean ?up|polish|fix (it|everything|all|this)|help me|do (it|that|your best|what you (can|want)))\b|(更好|好一点|完善|优化|改进|改善|美化|随便|东西|什么的|搞定|弄一下|看着办)/i;

/** Paths, numbers, quotations, code, addresses, names with capitals inside. */
const ANCHOR =
  /[\w-]+\.[a-z]{1,5}\b|[\w-]+\/[\w-]+|\d|["'`“”‘’「」『』].+["'`“”‘’「」『』]|[a-z]+[A-Z]\w*|\w+_\w+|\w+\(\)|https?:/;

const MOST_WORDS = 12;
const MOST_CHARS_CJK = 20;

export function isVague(goal: string): boolean {
  const text = goal.trim();
  if (ANCHOR.test(text)) return false;
  const cjk = (text.match(/[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]/g) ?? []).length;
  const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  if (cjk > 0) return cjk <= 2 || (cjk <= MOST_CHARS_CJK && EMPTY_WORDS.test(text));
  return words <= 2 || (words <= MOST_WORDS && EMPTY_WORDS.test(text));
}
