/**
 * The panel in a real Chromium, without an editor: its built page under the policy of a VS Code webview, real theme
 * values (themes.json, read from VS Code's own window), and a host that is this test.
 */
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, chromiumPath } from '../../scripts/chromium.mjs';
import type { FromView } from '../../src/agent/protocol.ts';

const root = path.resolve(import.meta.dirname, '../..');
const shots = path.join(root, 'out/webview');
const NONCE = 'dGVzdA';

export type Theme = 'dark' | 'light' | 'hc' | 'hcLight';
const KIND: Record<Theme, string> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  hc: 'vscode-high-contrast',
  hcLight: 'vscode-high-contrast-light',
};

export interface Look {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
}

/** What VS Code sets besides colours. */
const FONTS = {
  '--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-font-size': '13px',
  '--vscode-font-weight': 'normal',
  '--vscode-editor-font-family': "'Droid Sans Mono', 'DejaVu Sans Mono', monospace",
  '--vscode-editor-font-size': '12px',
  '--vscode-editor-font-weight': 'normal',
};

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly {
      readonly target: readonly (string | readonly string[])[];
      readonly failureSummary?: string;
    }[];
  }[];
}

/** What the page says besides its messages: everything here is a failure. */
interface Trouble {
  readonly text: string;
}

export class View {
  readonly page: Page;
  readonly posted: FromView[] = [];
  readonly trouble: Trouble[] = [];
  readonly warnings: string[] = [];

  readonly #release: () => void;

  constructor(page: Page, release: () => void) {
    this.page = page;
    this.#release = release;
  }

  async send(...messages: readonly unknown[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      for (const message of all) window.postMessage(message, window.origin);
      // Messages are tasks; two frames later they are taken in and drawn.
      await new Promise((done) => setTimeout(done));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }, messages);
  }

  /** Milliseconds from a message to the frame that shows it. */
  async timed(message: unknown): Promise<number> {
    return this.page.evaluate(async (data) => {
      const start = performance.now();
      window.postMessage(data, window.origin);
      await new Promise((done) => setTimeout(done));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return Math.round(performance.now() - start);
    }, message);
  }

  /** The test id of what has the focus, of the nearest element around it that has one. */
  async focusedId(): Promise<string> {
    return this.page.evaluate(() => {
      let node: Element | null = document.activeElement;
      let id = '';
      while (node) {
        const own: Element | null = node.closest('[data-testid]');
        id = own?.getAttribute('data-testid') ?? id;
        node = node.shadowRoot?.activeElement ?? null;
      }
      return id === 'run' ? '' : id;
    });
  }

  /** Past the waiting time of buttons, by the clock they go by. */
  async armed(): Promise<void> {
    await this.page.clock.fastForward(600);
    await this.drawn();
  }

  /** What was taken in is drawn. */
  async drawn(): Promise<void> {
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  /** The clock that buttons go by stands still, so that "too early" does not depend on this machine. Returns how to let it go on. */
  async freeze(): Promise<() => Promise<void>> {
    const clock = await this.page.evaluateHandle(() => {
      const { now } = performance;
      const at = performance.now();
      performance.now = () => at;
      return now;
    });
    return () => clock.evaluate((now) => void Object.assign(performance, { now }));
  }

  async shot(name: string): Promise<void> {
    mkdirSync(shots, { recursive: true });
    await this.page.screenshot({ path: path.join(shots, `${name}.png`) });
  }

  /**
   * What axe finds wrong with the page as it stands; `rules`: looking for these only. Run from outside: the page's policy would
   * refuse the script.
   */
  async violations(rules?: readonly string[]): Promise<readonly string[]> {
    await this.page.evaluate(await readFile(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8'));
    return this.page.evaluate(async (values) => {
      const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } };
      const { violations } = await axe.run(values ? { runOnly: { type: 'rule', values } } : {});
      return violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ target, failureSummary }) => `${target.flat().join(' ')} ${failureSummary ?? ''}`).join(' | ')}`,
      );
    }, rules);
  }

  async close(): Promise<void> {
    this.page.removeAllListeners();
    await this.page.evaluate(() => sessionStorage.clear());
    this.#release();
  }

  commands(): readonly unknown[] {
    return this.posted.flatMap((message) => (message.type === 'command' ? [message.command] : []));
  }
}

interface Lent {
  readonly page: Page;
  heard: (message: FromView) => void;
}

export class Stage {
  readonly #free = new Map<string, Lent[]>();
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #origin: string;

  private constructor(browser: Browser, server: Server) {
    this.#browser = browser;
    this.#server = server;
    this.#origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<Stage> {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: [
        { in: 'src/webview/main.ts', out: 'webview' },
        { in: 'src/webview/main.css', out: 'webview' },
        { in: 'node_modules/@vscode/codicons/dist/codicon.css', out: 'codicon' },
      ],
      bundle: true,
      write: false,
      outdir: '/',
      format: 'esm',
      target: 'es2024',
      assetNames: '[name]',
      loader: { '.ttf': 'file' },
      logLevel: 'error',
    });
    const files = new Map(outputFiles.map((file) => [file.path.replaceAll('\\', '/'), file.contents]));
    const themes: unknown = JSON.parse(await readFile(path.join(import.meta.dirname, 'themes.json'), 'utf8'));
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/') return response.setHeader('content-type', 'text/html').end(pageHtml(url, themes));
      const content = files.get(url.pathname);
      if (!content) return response.writeHead(404).end();
      const type = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' }[path.extname(url.pathname)];
      return response
        .setHeader('content-type', type ?? 'application/octet-stream')
        .setHeader('cache-control', 'max-age=600')
        .end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_ARGS });
    return new Stage(browser, server);
  }

  /** A page is opened once for each look, and lent again when its view is closed: a new one takes longer than most tests. */
  async view({ theme = 'dark', width = 380, height = 760, reducedMotion = true }: Look = {}): Promise<View> {
    const look = JSON.stringify([width, height, reducedMotion]);
    const free = this.#free.get(look) ?? [];
    this.#free.set(look, free);
    const lent = free.pop() ?? (await this.#open({ width, height, reducedMotion }));
    const { page } = lent;
    const view = new View(page, () => free.push(lent));
    lent.heard = (message) => view.posted.push(message);
    page.on('console', (message) => {
      if (message.type() === 'error') view.trouble.push({ text: message.text() });
      if (message.type() === 'warning') view.warnings.push(message.text());
    });
    page.on('pageerror', (error) => view.trouble.push({ text: String(error) }));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${this.#origin}/`) && !request.url().startsWith('data:'))
        view.trouble.push({ text: `asked the network: ${request.url()}` });
    });
    await page.goto(`${this.#origin}/?theme=${theme}`);
    await page.waitForFunction(() => customElements.get('gw-app') !== undefined);
    await page.evaluate(() => document.fonts.ready);
    return view;
  }

  async #open({ width, height, reducedMotion }: Required<Omit<Look, 'theme'>>): Promise<Lent> {
    const context = await this.#browser.newContext({
      viewport: { width, height },
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    });
    const page = await context.newPage();
    await page.clock.install();
    const lent: Lent = { page, heard: () => undefined };
    await page.exposeFunction('heard', (message: FromView) => lent.heard(message));
    return lent;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** As src/extension/panel/html.ts writes it, with VS Code's theme and API put in by a script of ours. */
function pageHtml(url: URL, themes: unknown): string {
  const theme = url.searchParams.get('theme') ?? 'dark';
  const kind = KIND[theme as Theme];
  const colours = (themes as Record<string, Record<string, string>>)[theme];
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${NONCE}'`,
    // Only an empty style element: the toolkit makes one to ask the browser what it can.
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "font-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const setUp = `
    for (const [name, value] of Object.entries(${JSON.stringify({ ...colours, ...FONTS })}))
      document.documentElement.style.setProperty(name, value);
    let state = JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined;
    globalThis.acquireVsCodeApi = () => ({
      postMessage: (message) => void heard(structuredClone(message)),
      getState: () => state,
      setState: (next) => { state = next; sessionStorage.setItem('state', JSON.stringify(next)); },
    });`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/codicon.css">
<link rel="stylesheet" href="/webview.css">
<title>Goalwright</title>
</head>
<body class="${kind}" data-vscode-theme-kind="${kind}">
<script nonce="${NONCE}">
document.body.style.background = 'var(--vscode-sideBar-background)';
${setUp}</script>
<gw-app></gw-app>
<script type="module" nonce="${NONCE}" src="/webview.js"></script>
</body>
</html>`;
}
