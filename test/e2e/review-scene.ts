/** What the tests of the review share: small edits, and waiting until an edit can have been seen. */
import type { Locator } from 'playwright-core';
import { call, type Scene } from './scene.ts';

export const change = (name: string, to = 'two') => call('edit', { path: name, edits: [{ old: 'one', new: to }] });
export const finish = call('finish', { summary: 'Done.' });

/** Longer than an Accept in the editor waits. */
export const REST_MS = 700;
export const ACCEPT_KEY = 'Control+Alt+Enter';

/** A diff with this in its title is in front, shows the text, and has been there for long enough to be decided on. */
export async function inFront({ gw }: Scene, title: string | RegExp, text: string): Promise<void> {
  await gw.page.locator('.tab.active').filter({ hasText: title }).first().waitFor();
  await gw.ui.diffSide('modified').getByText(text).first().waitFor();
  await gw.page.waitForTimeout(REST_MS);
}

/** Accepts what is in front, so that the model's `n`-th request of this test comes. Too soon does not count: it is pressed again. */
export async function acceptByKey({ gw, server, first }: Scene, n: number): Promise<void> {
  const isThere = () => server.requests.length > first + n;
  for (let attempt = 0; attempt < 5 && !isThere(); attempt++) {
    await gw.page.keyboard.press(ACCEPT_KEY);
    for (let waited = 0; waited < 5000 && !isThere(); waited += 100) await gw.page.waitForTimeout(100);
  }
}

/** An entry in the status bar: what waits, where the cursor is. */
export const sign = ({ gw }: Scene, text: string | RegExp): Locator =>
  gw.page.locator('.statusbar-item').filter({ hasText: text });
