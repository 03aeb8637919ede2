/**
 * What a test file holds, counted by shape: cases, assertions, and how many of them are switched off. Not a parser of any
 * language: it must only notice that a file says less than it did, in the languages whose tests look like this.
 */
import type { Finding, Witness } from '../journal/event.ts';

type Facts = NonNullable<Witness['test']>;

/** Where tests usually stand, as one ripgrep glob. */
export const TEST_GLOB =
  '{**/test/**,**/tests/**,**/__tests__/**,**/spec/**,**/specs/**,**/*.test.*,**/*.spec.*,**/*_test.*,**/*_spec.*,**/test_*.*,**/*Test.*,**/*Tests.*,**/test.*}';

/** The same rule for a single path. */
export const isTest = (path: string): boolean =>
  /(^|\/)(test|tests|__tests__|spec|specs)\//.test(path) ||
  /(^|\/)(test_[^/]*|test)\.[^/]+$|[._](test|spec)\.[^/]+$|Tests?\.[^/]+$/.test(path);

const HASH_COMMENTS = /\.(py|rb|sh|pl|r|jl|ex|exs|ya?ml|toml)$/i;

const CASES =
  /(?<![\w.])(?:it|test|specify|scenario|Deno\.test)(?:\.(?:skip|only|todo|each|concurrent|failing)\b[^(\n]*)?\s*\(|\b(?:async\s+)?def\s+test\w*|\bfunc\s+Test\w+|@Test\b|#\[(?:tokio::)?test\]|\bTEST(?:_F|_P)?\s*\(|^\s*(?:it|test|scenario)\s+["']/gm;
const ASSERTIONS =
  /\b(?:assert|expect|should|verify)\w*\s*[.(!]|\brequire\.[A-Z]\w*\s*\(|\bassert\s+[^\s=]|\.should\b|\bt\.(?:Error|Errorf|Fatal|Fatalf|is|ok|equal|deepEqual|throws|not|true|false)\b|\bEXPECT_\w+|\bASSERT_\w+|\bassert!?_?\w*!\s*\(/g;
const SKIPS =
  /\.(?:skip|todo)\s*\(|\b(?:xit|xtest|xdescribe|xcontext|fit|fdescribe)\s*\(|\.only\s*\(|@(?:Ignore|Disabled|Skip)\b|@(?:pytest\.mark|unittest)\.(?:skip|xfail)\w*|\bpytest\.skip\s*\(|#\[ignore|\bt\.Skip\w*\s*\(|\{\s*(?:skip|todo)\s*:|self\.skipTest\s*\(/g;

const count = (text: string, shape: RegExp): number => text.match(shape)?.length ?? 0;

/** What is commented out asserts nothing. */
const withoutComments = (text: string, path: string): string =>
  HASH_COMMENTS.test(path)
    ? text.replace(/(^|\s)#(?!\[).*$/gm, '$1')
    : text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:"'`\\])\/\/.*$/gm, '$1');

export function factsOf(path: string, text: string): Facts {
  const code = withoutComments(text, path);
  return { cases: count(code, CASES), assertions: count(code, ASSERTIONS), skips: count(code, SKIPS) };
}

/** What a file says less than before, for a person; `now` is `undefined` when it is gone. */
export function weaker(before: Witness, now: string | undefined): Finding | undefined {
  const { path, test } = before;
  const found = (what: string): Finding => ({ path, what });
  if (now === undefined) return found('it is gone');
  if (now.trim() === '') return before.size > 0 ? found('it is empty') : undefined;
  if (!test) return undefined;
  const facts = factsOf(path, now);
  if (facts.skips > test.skips) return found(`${facts.skips - test.skips} more tests are switched off`);
  if (facts.cases < test.cases) return found(`${test.cases - facts.cases} of ${test.cases} test cases are gone`);
  if (facts.assertions < test.assertions)
    return found(`${test.assertions - facts.assertions} of ${test.assertions} assertions are gone`);
  return undefined;
}
