/** What is installed from the package is what runs, and no more; and VS Code proper, unlike the test one, accepts it. */
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, test } from 'vitest';

const MEGABYTE = 2 ** 20;

const { vscode, extensions, vsix } = inject('editor');
const repository = path.resolve(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8'));
const installed = path.join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);

const files = (folder: string, pattern: string) =>
  globSync(pattern, { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();

test('holds the program, its texts and its papers, and nothing else', () => {
  const grammar = ['tree-sitter-bash.wasm', 'tree-sitter-powershell.wasm', 'tree-sitter.cjs', 'tree-sitter.wasm'].map(
    (name) => `grammar/${name}`,
  );
  const program = [
    ...['codicon.css', 'codicon.ttf', 'domain-filter.cjs', 'engine.cjs', 'extension.cjs', 'webview.css', 'webview.js'],
    'third-party-notices.txt',
    ...grammar,
  ].map((name) => `dist/${name}`);
  const papers = ['LICENSE.txt', 'changelog.md', 'package.json', 'readme.md'];
  const texts = files(repository, '{l10n,media}/**').concat('package.nls.json', 'package.nls.zh-cn.json');
  expect(files(installed, '**')).toEqual([...program, ...papers, ...texts].sort());
});

test('passes on the licences of what is bundled', () => {
  const notices = readFileSync(path.join(installed, 'dist/third-party-notices.txt'), 'utf8');
  for (const name of ['openai', 'zod', 'diff', '@vscode/webview-ui-toolkit', '@vscode/tree-sitter-wasm', 'simple-git'])
    expect(notices, name).toMatch(new RegExp(`^${name} \\d[^\\n]* \\([\\w.-]+\\)\\n\\n.{20}`, 'ms'));
});

test('is small', () => expect(statSync(vsix).size).toBeLessThanOrEqual(8 * MEGABYTE));

test('carries no source maps', () => {
  for (const file of files(installed, 'dist/**'))
    expect(readFileSync(path.join(installed, file), 'latin1'), file).not.toContain('sourceMappingURL=');
});

test('contributes to no menu that VS Code still marks as proposed', () => {
  // VS Code's own table of menus: {key:"editor/content",id:…,proposed:"contribEditorContentMenu"}
  const bundle = readFileSync(path.join(vscode.folder, 'out/vs/code/browser/workbench/workbench.js'), 'utf8');
  const proposed = [...bundle.matchAll(/\{key:"([\w/]+)",id:[^{}]*\bproposed:"\w+"/g)].map(([, menu]) => menu);
  expect(proposed, 'the pattern no longer fits the bundle').toContain('multiDiffEditor/resource/title');
  expect(Object.keys(manifest.contributes.menus ?? {}).filter((menu) => proposed.includes(menu))).toEqual([]);
});
