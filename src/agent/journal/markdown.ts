/** Foreign text in a Markdown page: it is shown as it is and cannot end the place it stands in. */

/** The longest run of backticks. */
const longest = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));

const MOST_CHARS = 4_000;

/** Head and tail of a long text, on line ends where there are any. */
function shortened(text: string): string {
  if (text.length <= MOST_CHARS) return text;
  const [head, tail] = [text.slice(0, MOST_CHARS * 0.75), text.slice(-MOST_CHARS * 0.25)];
  const from = head.lastIndexOf('\n') > 0 ? head.slice(0, head.lastIndexOf('\n')) : head;
  const to = tail.includes('\n') ? tail.slice(tail.indexOf('\n') + 1) : tail;
  return `${from}\n… ${text.length - from.length - to.length} characters left out …\n${to}`;
}

/** A block whose fence is longer than any run of backticks in it. */
export function fence(text: string, language = ''): string {
  const mark = '`'.repeat(Math.max(3, longest(text) + 1));
  return `${mark}${language}\n${shortened(text).replace(/\n+$/, '')}\n${mark}`;
}

/** A path or a command within a line. */
export function code(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ⏎ ').trim();
  const mark = '`'.repeat(longest(line) + 1);
  if (line === '') return '` `';
  const room = /^`|`$/.test(line) ? ' ' : '';
  return `${mark}${room}${line}${room}${mark}`;
}

/** Plain words within a line: nothing in them is Markdown. */
export const words = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>#|~]/g, '\\$&');

/** What somebody wrote, which may well be Markdown, set apart. */
export const quote = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
