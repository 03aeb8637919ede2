/** A fresh VS Code with the packaged Goalwright in it, driven as a person would. For end-to-end tests. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type FrameLocator, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { isolatedEnvironment } from '../../scripts/vscode/environment.mjs';
import { type Server, startServer } from '../../scripts/vscode/server.mjs';
import { TEST_SETTINGS } from '../../scripts/vscode/settings.mjs';
import { Bridge } from './bridge.ts';
import { Workbench } from './workbench.ts';

export const EXTENSION_ID = 'goalwright.goalwright';
const VIEW_ID = 'goalwright.panel';

const SCREENSHOTS = path.resolve(import.meta.dirname, '../../out/screenshots');

export interface Options {
  /** Opened as the workspace; a .code-workspace file is opened as such. */
  readonly folder: string;
  /** User settings, over those of scripts/vscode/settings.mjs. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of the extension host, which holds nothing else of the person's. */
  readonly env?: Readonly<Record<string, string>>;
  /** false: workspace trust is on and the folder opens in Restricted Mode. */
  readonly trust?: boolean;
  /** Display language, e.g. `zh-cn`. */
  readonly locale?: string;
  /** It stays open after the test file, until the process ends. */
  readonly isKept?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** Of a setting that shows whether the window has read any: what package.json declares. */
const ADDRESS = 'goalwright.model.baseUrl';
const DEFAULT_ADDRESS = 'https://api.openai.com/v1';
/** How long a window may take to read the machine's settings and its workspace after its extension host has started. */
const READ_MS = 10_000;
const READ_POLL_MS = 100;
const LOADS = 4;

const open = new Set<Goalwright>();
const kept = new Set<Goalwright>();

/** Starts a VS Code server, opens a window on the folder and waits until Goalwright is installed in a running host. */
export async function openGoalwright(options: Options): Promise<Goalwright> {
  const { vscode, extensions, browser: endpoint } = inject('editor');
  const root = mkdtempSync(path.join(os.tmpdir(), 'gw-'));
  const sockets = path.join(root, 'bridge');
  mkdirSync(sockets);
  const [server, browser] = await Promise.all([
    startServer({
      vscode,
      root,
      extensions,
      env: { ...isolatedEnvironment(root), GOALWRIGHT_TEST_BRIDGE: sockets, ...options.env },
      settings: { ...TEST_SETTINGS, ...options.settings },
      trust: options.trust,
      locale: options.locale,
    }),
    chromium.connect(endpoint),
  ]);
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1400, height: 900 },
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const goalwright = new Goalwright(
    server,
    browser,
    await context.newPage(),
    new Bridge(sockets),
    options.settings ?? {},
  );
  open.add(goalwright);
  if (options.isKept) {
    kept.add(goalwright);
    // The server ends with this process by itself.
    process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  }
  await goalwright.openFolder(options.folder);
  return goalwright;
}

export class Goalwright {
  page: Page;
  ui: Workbench;
  readonly bridge: Bridge;
  readonly server: Server;
  readonly #browser: Browser;
  /** What the window was started with. */
  readonly #settings: Readonly<Record<string, unknown>>;

  constructor(
    server: Server,
    browser: Browser,
    page: Page,
    bridge: Bridge,
    settings: Readonly<Record<string, unknown>>,
  ) {
    this.#settings = settings;
    this.server = server;
    this.page = page;
    this.ui = new Workbench(page);
    this.bridge = bridge;
    this.#browser = browser;
  }

  /** Opens another folder in the same window: another extension host, the same user data. */
  async openFolder(folder: string): Promise<void> {
    this.bridge.forget();
    await this.page.goto(this.server.url(folder));
    await this.#started();
  }

  /** Reloads the window, as a person does with F5 or "Developer: Reload Window". */
  async reload(): Promise<void> {
    this.bridge.forget();
    await this.page.reload();
    await this.#started();
  }

  /**
   * A window in the browser reads its settings and its workspace file over the connection it is just making. Now and then it
   * misses one of them for good: then it is loaded again, as a person would.
   */
  async #started(): Promise<void> {
    for (let load = 1; load <= LOADS; load++) {
      if (load > 1) {
        this.bridge.forget();
        await this.page.reload();
      }
      await this.ui.drawn();
      await this.bridge.ready();
      if (await this.#hasRead()) return;
    }
    throw new Error('the window reads neither its settings nor its workspace');
  }

  async #hasRead(): Promise<boolean> {
    const wanted = this.#settings[ADDRESS];
    for (let waited = 0; waited < READ_MS; waited += READ_POLL_MS) {
      const { address, folders } = await this.bridge.call(
        ({ vscode, arg }) => ({
          address: vscode.workspace.getConfiguration().get<string>(arg),
          folders: vscode.workspace.workspaceFolders?.length ?? 0,
        }),
        ADDRESS,
      );
      // A test may have set another one meanwhile: it was read all the same.
      if (folders > 0 && (wanted === undefined || wanted === DEFAULT_ADDRESS || address !== DEFAULT_ADDRESS))
        return true;
      await sleep(READ_POLL_MS);
    }
    return false;
  }

  /** What a test file has changed in the user's settings is forgotten. */
  resetSettings(): void {
    this.server.resetSettings();
  }

  /** Another tab of the browser, empty: what the old one has piled up in memory goes with it. */
  async newTab(): Promise<void> {
    const page = await this.page.context().newPage();
    await this.page.close();
    this.page = page;
    this.ui = new Workbench(page);
  }

  /** Shows Goalwright's view if it is hidden, and returns its document. */
  async panel(): Promise<FrameLocator> {
    const document = this.ui.webview(EXTENSION_ID);
    if (!(await document.locator('body').isVisible())) {
      await this.bridge.command(`${VIEW_ID}.focus`);
      await document.locator('body').waitFor();
    }
    return document;
  }

  /** Keeps out/screenshots/<name>.png. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }

  /** Closes the window and stops the server; all it wrote outside the workspace is deleted. */
  async close(): Promise<void> {
    open.delete(this);
    this.server.kill();
    await this.#browser.close();
    rmSync(this.server.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Every window that is open now: what a failed test leaves to be looked at. */
export const openWindows = (): readonly Goalwright[] => [...open];
/** Those that a test file has to close. */
export const ownWindows = (): readonly Goalwright[] => openWindows().filter((window) => !kept.has(window));
