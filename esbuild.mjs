/**
 * Builds dist/: the extension (CommonJS), its webview (browser) and the headless program (Node, ES modules).
 *
 *   node esbuild.mjs [--production] [--watch] [--report]
 *
 * Code that is loaded with `import()` costs nothing at start: the headless build puts it into dist/chunks/ by itself;
 * CommonJS cannot be split, so the extension's lazy parts are named in LAZY and become files of their own. A module that
 * both the extension and a lazy part import exists twice then: keep no state in one.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { noticesOf } from './scripts/notices.mjs';

const { values: flags } = parseArgs({
  options: { production: { type: 'boolean' }, watch: { type: 'boolean' }, report: { type: 'boolean' } },
});
const root = import.meta.dirname;

/** Lazy parts of the extension: loaded by `import('./engine.ts')`, built as dist/engine.cjs. Their base names differ. */
const LAZY = ['src/extension/engine.ts', 'src/headless/ports/sandbox/domain-filter.ts'];

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  metafile: true,
  logLevel: 'warning',
  minify: !!flags.production,
  sourcemap: flags.production ? false : 'linked',
};

/** Turns `import()` of another entry point into a `require` of its built file. */
const lazyEntries = {
  name: 'lazy-entries',
  setup(build) {
    const lazy = new Set(LAZY.map((file) => path.join(root, file)));
    build.onResolve({ filter: /^\./ }, ({ kind, resolveDir, path: specifier }) => {
      const file = path.join(resolveDir, specifier);
      if (kind !== 'dynamic-import' || !lazy.has(file)) return undefined;
      return { path: `./${path.basename(file, '.ts')}.cjs`, external: true };
    });
  },
};

/** @type {Record<string, esbuild.BuildOptions & { entryPoints: Record<string, string> }>} */
const targets = {
  extension: {
    ...common,
    entryPoints: {
      extension: 'src/extension/extension.ts',
      ...Object.fromEntries(LAZY.map((file) => [path.basename(file, '.ts'), file])),
    },
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
    mainFields: ['module', 'main'],
    supported: { 'dynamic-import': false },
    // CommonJS has none; packages ask for it to find files beside them.
    define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname' },
    banner: { js: "'use strict'; const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [lazyEntries],
  },
  webview: {
    ...common,
    entryPoints: {
      webview: 'src/webview/main.ts',
      'webview.css': 'src/webview/main.css',
      'codicon.css': 'node_modules/@vscode/codicons/dist/codicon.css',
    },
    platform: 'browser',
    target: 'es2024',
    format: 'esm',
    assetNames: '[name]',
    loader: { '.ttf': 'file' },
  },
  headless: {
    ...common,
    entryPoints: { goalwright: 'src/headless/cli.ts' },
    platform: 'node',
    target: 'node22',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    external: ['@vscode/ripgrep'],
    // Every file gets it, chunks too, where the first line does no harm. CommonJS packages inside an ES module bundle
    // call `require` for Node's own modules.
    banner: {
      js: [
        '#!/usr/bin/env node',
        "import { createRequire as __createRequire } from 'node:module';",
        'const require = __createRequire(import.meta.url);',
      ].join('\n'),
    },
  },
};

/** esbuild takes the output's name from the key and adds the extension itself. Parts not written yet are left out. */
function entriesOf({ entryPoints }) {
  return Object.entries(entryPoints)
    .filter(([, file]) => existsSync(path.join(root, file)))
    .map(([name, file]) => ({ in: file, out: name.replace(/\.css$/, '') }));
}

function report(results) {
  const files = results.flatMap(({ metafile }) => Object.entries(metafile.outputs));
  const rows = files.filter(([file]) => !file.endsWith('.map')).sort(([, a], [, b]) => b.bytes - a.bytes);
  for (const [file, { bytes }] of rows) console.log(`${(bytes / 1024).toFixed(1).padStart(10)} KB  ${file}`);
}

/** What is loaded as it is: the parser of commands and its grammar, both with the first command. */
const GRAMMAR = {
  'tree-sitter.js': 'tree-sitter.cjs',
  'tree-sitter.wasm': '',
  'tree-sitter-bash.wasm': '',
  'tree-sitter-powershell.wasm': '',
};

async function copyGrammar() {
  const [from, to] = ['node_modules/@vscode/tree-sitter-wasm/wasm', 'dist/grammar'].map((name) =>
    path.join(root, name),
  );
  await mkdir(to, { recursive: true });
  for (const [name, as] of Object.entries(GRAMMAR)) await copyFile(path.join(from, name), path.join(to, as || name));
}

if (!flags.watch) await rm(path.join(root, 'dist'), { recursive: true, force: true });
await copyGrammar();
const builds = Object.values(targets)
  .map((target) => ({ ...target, entryPoints: entriesOf(target) }))
  .filter(({ entryPoints }) => entryPoints.length > 0);

if (flags.watch) {
  for (const build of builds) await (await esbuild.context({ ...build, logLevel: 'info' })).watch();
} else {
  // esbuild has printed what is wrong.
  const results = await Promise.all(builds.map((build) => esbuild.build(build).catch(() => undefined)));
  if (results.includes(undefined)) process.exitCode = 1;
  else {
    const notices = await noticesOf(
      root,
      results.map(({ metafile }) => metafile),
      ['@vscode/tree-sitter-wasm'],
    );
    await writeFile(path.join(root, 'dist/third-party-notices.txt'), notices);
    if (flags.report) report(results);
  }
}
