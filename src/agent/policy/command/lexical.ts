/**
 * A second look at a shell text that does not rest on the grammar: where the two could see different commands, it asks. The
 * grammar takes some line breaks for blanks, and some words for operators or comments.
 */

/** Quoted parts become one letter: what stands in them is neither an operator nor a break. */
const withoutQuotes = (text: string): string =>
  text.replace(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, (part) => (part.startsWith('\\') ? part : 'q'));

/** Why a shell may see other commands in it than were found; ends a sentence. `commands`: how many were found. */
export function lexicalDoubt(text: string, commands: number): string | undefined {
  // The grammar drops an empty pair of them, and what they part.
  if (/`/.test(text.replace(/'[^']*'|\\`/gs, ''))) return 'it holds a command substitution';
  const heredoc = /<<-?[ \t]*(['"]?)(\w+)\1/.exec(text);
  if (heredoc) {
    const [first = '', ...rest] = text.trimEnd().split('\n');
    const mark = heredoc[2] ?? '';
    const isWhole =
      first.includes(heredoc[0]) && rest.at(-1) === mark && rest.filter((line) => line.trim() === mark).length === 1;
    return isWhole
      ? oddity(withoutQuotes(first.replace(heredoc[0], '')))
      : 'where its here-document ends is not certain';
  }
  if (text.includes('<<')) return 'it holds a here-document';
  const plain = withoutQuotes(text);
  const odd = oddity(plain);
  if (odd !== undefined) return odd;
  const lines = plain.split('\n').filter((line, index, all) => {
    const isNext = index > 0 && /(?:\||&&)\s*$/.test(all[index - 1] ?? '');
    return line.trim() !== '' && !/^\s*#/.test(line) && !isNext;
  });
  return lines.length > 1 && commands < lines.length ? 'its lines cannot be told apart' : undefined;
}

/** Of a text without its quoted parts. */
function oddity(plain: string): string | undefined {
  if (/['"]/.test(plain.replace(/\\./gs, ''))) return 'a quotation mark is not closed';
  if (/(?<!\\)\$(?!\?)/.test(plain)) return 'it holds an expansion';
  if (/[^\s]#/.test(plain.replace(/\\./gs, 'x').replace(/(^|\s)#[^\n]*/g, '$1')))
    return 'it is not certain where a comment begins';
  if (/(?:^|[\n;&|(])[ \t]*\\/.test(plain) || /\\[A-Za-z0-9\s]/.test(plain))
    return 'a character is escaped that needs it not';
  if (/(?:^|[\s;&|(])=|=~/.test(plain)) return 'it holds a word that shells read differently';
  if (/!(?![\s)]|$)/.test(plain.replace(/\\./gs, ''))) return 'it holds a word that shells read differently';
  return undefined;
}
