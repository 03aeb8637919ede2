/** Once per end-to-end run: VS Code, the packaged Goalwright installed for it, and one browser. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { CHROMIUM_ARGS, chromiumPath } from '../../scripts/chromium.mjs';
import { installSandbox } from '../../scripts/sandbox.mjs';
import { isolatedEnvironment } from '../../scripts/vscode/environment.mjs';
import { installExtensions } from '../../scripts/vscode/extensions.mjs';
import { installVSCode, type VSCode } from '../../scripts/vscode/install.mjs';
import { BRIDGE_EXTENSION } from './bridge.ts';

export interface Editor {
  readonly vscode: VSCode;
  /** Folder with Goalwright and the bridge installed. */
  readonly extensions: string;
  /** The package they were installed from. */
  readonly vsix: string;
  /** Address of the browser, for `chromium.connect`. */
  readonly browser: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    editor: Editor;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const vsix = process.env.GOALWRIGHT_VSIX ?? path.resolve(import.meta.dirname, '../../goalwright.vsix');
  if (!existsSync(vsix))
    throw new Error(`${vsix} does not exist: run the tests with "npm run test:e2e", which packs it`);

  installSandbox();
  const vscode = await installVSCode();
  const root = mkdtempSync(path.join(os.tmpdir(), 'gw-'));
  const extensions = path.join(root, 'extensions');
  installExtensions({
    vscode,
    env: isolatedEnvironment(root),
    folder: extensions,
    data: path.join(root, 'data'),
    vsix: [vsix],
    unpacked: [BRIDGE_EXTENSION],
  });
  const browser = await chromium.launchServer({
    executablePath: chromiumPath(),
    headless: !process.env.HEADED,
    args: CHROMIUM_ARGS,
  });
  project.provide('editor', { vscode, extensions, vsix, browser: browser.wsEndpoint() });
  return async () => {
    await browser.close();
    rmSync(root, { recursive: true, force: true });
  };
}
