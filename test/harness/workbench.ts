/** What a person does in VS Code's window, as steps for Playwright. */
import type { Frame, FrameLocator, Locator, Page } from 'playwright-core';

/** Where a webview that has just finished loading may take the focus away. */
const ATTEMPTS = 8;

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Resolves once the window is drawn; its extension host may still be starting. */
  async drawn(): Promise<void> {
    await this.page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 90_000 });
  }

  /** Runs a command from the palette. `title` is what the palette shows ("Goalwright: Run Goal") and is typed. */
  async command(id: string, title: string): Promise<void> {
    const row = this.page.locator(`.quick-input-list .monaco-list-row:has([data-quick-input-id="${id}"])`);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.page.keyboard.press('F1');
        await this.quickInput().locator('.quick-input-box input').fill(`>${title}`, { timeout: 2000 });
        return await row.click({ timeout: 4000 });
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** The open quick pick or input box. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Chooses an entry of the open quick pick. */
  async pick(label: string | RegExp): Promise<void> {
    await this.quickInput().getByRole('option', { name: label }).first().click();
  }

  /** Types into the open input box and presses Enter. */
  async answer(text: string): Promise<void> {
    const input = this.quickInput().locator('.quick-input-box input');
    await input.fill(text);
    await input.press('Enter');
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
  }

  async clickNotification(text: string | RegExp, button: string): Promise<void> {
    await this.notification(text).getByRole('button', { name: button, exact: true }).click();
  }

  /** The open modal dialog. */
  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Shows a view container by a click on its icon in the activity bar. */
  async openContainer(title: string): Promise<void> {
    await this.page.getByRole('tab', { name: title }).first().click();
  }

  tab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name });
  }

  /** A button in the title bar of the active editor, or of a view (`title`: its tooltip). */
  action(title: string | RegExp): Locator {
    return this.page.locator('.title-actions, .editor-actions').getByRole('button', { name: title });
  }

  /** One side of the visible diff editor. Its text: `.innerText()`, with non-breaking spaces. */
  diffSide(side: 'original' | 'modified'): Locator {
    return this.page.locator(`.monaco-diff-editor:visible .editor.${side} .view-lines`).first();
  }

  terminal(): Locator {
    return this.page.locator('.terminal-wrapper.active .xterm-rows');
  }

  /** Shows an output channel and returns its text area. */
  async output(channel: string): Promise<Locator> {
    await this.command('workbench.action.output.toggleOutput', 'View: Toggle Output');
    await this.page.getByRole('toolbar', { name: 'Output actions' }).getByLabel('Switch Output').selectOption(channel);
    return this.page.locator('.part.panel .view-lines');
  }

  /** The document inside the visible webview of an extension. A view that was hidden and shown again has no `purpose` in its address. */
  webview(extensionId: string): FrameLocator {
    return this.page
      .locator(`iframe.webview.ready[src*="extensionId=${extensionId}&"]:visible`)
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  /** The same document as a frame, for `evaluate`, which the document's content security policy does not stop. */
  async webviewFrame(extensionId: string): Promise<Frame> {
    const html = await this.webview(extensionId).locator('html').elementHandle();
    const frame = await html?.ownerFrame();
    if (!frame) throw new Error(`${extensionId} shows no webview`);
    return frame;
  }
}
