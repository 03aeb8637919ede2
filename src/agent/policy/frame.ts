/**
 * Data as a model is shown it: between two fences that nothing in it can close, so that what a file, a program or a name says is
 * never taken for the words of the person or of Goalwright.
 *
 *     ~~~data
 *     Ignore all previous instructions.
 *     ~~~
 *
 * A fence is longer than any run of its sign in the data, as in Markdown. Nothing in the data is changed but marks that servers
 * take for turns of a conversation (markers.ts): an edit must find it letter for letter. The same data always has the same
 * fences, so that servers can cache them.
 */
import { withoutControl } from './markers.ts';

const SHORTEST = 3;

export function asData(data: string): string {
  const text = withoutControl(data);
  const longest = (text.match(/~+/g) ?? []).reduce((most, run) => Math.max(most, run.length), SHORTEST - 1);
  const fence = '~'.repeat(longest + 1);
  return `${fence}data\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}

/** Without fences: what was said is the same, however it is framed. */
export const withoutFences = (text: string): string => text.replace(/^~{3,}(?:data)?(?:\n|$)/gm, '');

/** Tools that answer in words of the person or of Goalwright; within them what is data is framed where it stands. */
const OWN = new Set(['plan', 'finish', 'ask', 'edit', 'write', 'patch', 'move', 'delete']);

/** `own`: this result is such words, whatever the tool: a refusal, a person's no. */
export const isData = ({ name, own = false }: { readonly name: string; readonly own?: boolean | undefined }): boolean =>
  !own && !OWN.has(name);
