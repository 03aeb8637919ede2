/** What a person remarked on the lines of a proposal, in words for the model. */
import type { Comment } from '../journal/event.ts';

const MAX_QUOTE = 200;

export function remarksText(path: string, comments: readonly Comment[]): string {
  if (comments.length === 0) return '';
  const lines = comments.map(({ first, last, quote, text }) => {
    const at = first === last ? `line ${first}` : `lines ${first}-${last}`;
    const said = quote.trim().slice(0, MAX_QUOTE);
    return `- ${at}${said ? ` (${said})` : ''}: ${text}`;
  });
  return `The person remarked on your text of ${path}:\n${lines.join('\n')}`;
}
