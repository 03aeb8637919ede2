/**
 * A display language without its language pack: VS Code's own texts stay English, an extension's are translated. That is
 * all a test of our translations needs, and no pack can be had from npm.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Registers the language in a user data folder; returns the server's arguments for it. */
export function languageArguments(locale, data) {
  const texts = path.join(data, `${locale}.i18n.json`);
  writeFileSync(texts, JSON.stringify({ '': [], version: '1.0.0', contents: {} }));
  const pack = {
    hash: 'goalwright',
    label: locale,
    extensions: [{ extensionIdentifier: { id: 'goalwright.test-language' }, version: '1.0.0' }],
    translations: { vscode: texts },
  };
  writeFileSync(path.join(data, 'languagepacks.json'), JSON.stringify({ [locale]: pack }));
  return ['--locale', locale];
}
