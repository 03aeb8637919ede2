/** The panel with a waiting edit in every kind of theme: readable, and without an accessibility fault axe can find. */
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { EXTENSION_ID } from '../harness/goalwright.ts';
import { call, card, runGoal, sharedWindow } from './scene.ts';

const THEMES = {
  light: ['Default Light Modern', 'vs', 'vscode-light'],
  dark: ['Default Dark Modern', 'vs-dark', 'vscode-dark'],
  'high-contrast': ['Default High Contrast', 'hc-black', 'vscode-high-contrast'],
  'high-contrast-light': ['Default High Contrast Light', 'hc-light', 'vscode-high-contrast-light'],
} as const;

describe('the look', () => {
  const open = sharedWindow();
  it('has no accessibility fault in light, dark and high contrast', async () => {
    const scene = await open({ 'add.js': 'exports.add = (a, b) => a - b;\n' }, [
      {
        content: 'The sign is wrong.',
        toolCalls: [call('edit', { path: 'add.js', edits: [{ old: 'a - b', new: 'a + b' }] })],
      },
    ]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Make the test pass');
    await card(panel, 'edit');
    await panel.locator('[data-testid=accept]:not([disabled])').waitFor();
    for (const [name, [theme, kind, page]] of Object.entries(THEMES)) {
      await gw.bridge.call(
        ({ vscode, arg }) =>
          vscode.workspace.getConfiguration('workbench').update('colorTheme', arg, vscode.ConfigurationTarget.Global),
        theme,
      );
      await gw.page.locator(`.monaco-workbench.${kind}`).waitFor();
      const frame = await gw.ui.webviewFrame(EXTENSION_ID);
      await expect.poll(() => frame.evaluate(() => document.body.dataset.vscodeThemeKind)).toBe(page);
      await gw.screenshot(`look-${name}`);
      // The page is transparent: what is behind it is the side bar, which axe cannot see from inside.
      await frame.evaluate(() => {
        document.documentElement.style.background = 'var(--vscode-sideBar-background)';
      });
      await frame.evaluate(axe.source);
      const found: axe.AxeResults = await frame.evaluate('axe.run(document)');
      expect(
        found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        name,
      ).toEqual([]);
    }
  });
});
