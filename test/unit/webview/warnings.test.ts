/** What the engine warns of is found in the panel's table: in Chinese nothing of it is left in English. */
import * as l10n from '@vscode/l10n';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { propose, proposeDeletion } from '../../../src/agent/edit/proposal.ts';
import { warningText } from '../../../src/webview/text/warnings.ts';
import { chinese } from '../../webview/scenes.ts';
import { content, file } from '../edit/texts.ts';

beforeAll(() => l10n.config({ contents: chinese }));
afterAll(() => l10n.config({ contents: {} }));

const HIDDEN = 'a\u202E\nb\u200B\nc\u{E0041}\nd\u0007\ne\u200Df\np\u0430ypal\nx\u202E\n';

function warnings(): string[] {
  const links = { ...file(), lexical: 'link/a.ts', links: 3 };
  const before = content('a\r\nb\nc\n');
  const edited = propose(links, before, { text: `a\r\n${HIDDEN}` });
  const unsaved = propose(file(), content('a\n', { unsaved: 'a\nmine\n' }), { text: 'b\n' });
  const deletion = proposeDeletion(file(), content(new Uint8Array([0, 1, 2, 0])));
  return [edited, unsaved, deletion].flatMap((one) => (one.kind === 'proposed' ? one.warnings : [`refused: ${one}`]));
}

test('every warning is known', () => {
  const all = warnings();
  expect(all.length).toBeGreaterThanOrEqual(11);
  // Names, code points and units are no words.
  const left = all.map((text) => [
    text,
    warningText(text).replace(/link\/\S+|\/ws\/\S+|src\/\S+|p\[U\S+|U\+\w+|\bbytes\b|\bKB\b/g, ''),
  ]);
  expect(left.filter(([, text]) => /[a-z]{2,}/i.test(text ?? ''))).toEqual([]);
});

test('an unknown one stays as it is', () => expect(warningText('Something else.')).toBe('Something else.'));
