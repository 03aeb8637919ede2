/** Half a key is not known for one: where a text is cut, the token there goes as a whole. */

const LAST = /[\w.+/=-]{1,255}$/;
const FIRST = /^[\w.+/=-]{1,255}/;

/** Words and rulers may be cut. */
const isToken = (text: string): boolean => text.length >= 8 && /\d/.test(text) && /[A-Za-z]/.test(text);

export const withoutLastToken = (text: string): string => text.replace(LAST, (token) => (isToken(token) ? '' : token));
/** `before`: what stood in front of it. */
export const withoutFirstToken = (text: string, before = ''): string =>
  text.replace(FIRST, (token) => (isToken(`${LAST.exec(before)?.[0] ?? ''}${token}`) ? '' : token));
