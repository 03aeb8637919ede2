/**
 * The licences of what the bundles hold, as their terms want them passed on: every package, its version, licence and texts.
 * A licence that has not been looked at yet stops the build.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** They allow being bundled with this notice alone. */
const KNOWN = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'Unlicense',
]);

/** For packages that name it and hold no text. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

const RULE = '-'.repeat(80);

/**
 * @param root the repository
 * @param metafiles of esbuild, paths relative to the root
 * @param copied packages that are passed on as they are
 * @returns the text
 */
export async function noticesOf(root, metafiles, copied) {
  const inputs = metafiles.flatMap(({ inputs: files }) => Object.keys(files));
  const bundled = inputs.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  const folders = [...new Set([...bundled, ...copied.map((name) => `node_modules/${name}`)])];
  const notices = await Promise.all(folders.map((folder) => noticeOf(path.join(root, folder))));
  const one = new Map(notices.map((notice) => [notice.title, notice]));
  const sorted = [...one.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
  return [
    'Goalwright holds parts of these packages. Their licences:',
    ...sorted.map(({ title, licence, text }) => `${RULE}\n${title} (${licence})\n\n${text}`),
    '',
  ].join('\n\n');
}

async function noticeOf(folder) {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const licence = typeof manifest.license === 'object' ? manifest.license.type : manifest.license;
  const title = `${manifest.name} ${manifest.version}`;
  const all = String(licence).replace(/[()]/g, '').split(' AND ');
  if (!all.every((one) => one.split(' OR ').some((choice) => KNOWN.has(choice))))
    throw new Error(`The licence of ${title} (${licence}) is not known.`);
  const names = (await readdir(folder))
    .filter((name) => /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i.test(name))
    .sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  const author = typeof manifest.author === 'object' ? manifest.author.name : manifest.author;
  const copyright = `Copyright ${author ?? `the authors of ${manifest.name}`}.`;
  if (texts.length === 0 && licence !== 'MIT') throw new Error(`${title} holds no text of its licence (${licence}).`);
  return { title, licence, text: texts.map((text) => text.trim()).join('\n\n') || `${copyright}\n\n${MIT}` };
}
