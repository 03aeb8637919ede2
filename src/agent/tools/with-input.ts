/**
 * A command together with the text of its input, as one command: what is judged and shown is all that will happen, and in a
 * shell with here-documents it is also what is run.
 */

export function withInput(command: string, input: string): string {
  const lines = input.split('\n');
  let end = 'INPUT';
  while (lines.includes(end)) end += '_';
  const body = input === '' || input.endsWith('\n') ? input : `${input}\n`;
  return `{ ${command}\n} <<'${end}'\n${body}${end}`;
}
