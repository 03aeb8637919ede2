/** Every state of the panel, in VS Code's themes: nothing for axe to find, nothing the page's policy had to stop. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stage } from './harness.ts';
import { chinese, SCENES } from './scenes.ts';

const LOOKS = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable'];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** One page per theme: what a scene leaves behind must not disturb the next. */
test.each([
  ['dark', 380],
  ['light', 300],
  ['hc', 480],
  ['hcLight', 300],
] as const)('%s: accessible in every state, and clean under the policy', { timeout: 120_000 }, async (theme, width) => {
  const view = await stage.view({ theme, width });
  for (const [scene, messages] of Object.entries(SCENES)) {
    await view.send(...messages);
    await view.armed();
    await view.shot(`${scene}-${theme}`);
    // Only colours and widths differ from theme to theme.
    expect([scene, await view.violations(theme === 'dark' ? undefined : LOOKS)]).toEqual([scene, []]);
    expect([scene, view.trouble, view.warnings]).toEqual([scene, [], []]);
  }
  await view.close();
});

test.each(['welcome', 'edit', 'hunks', 'several', 'remarks', 'finished', 'steered', 'notes', 'weakened', 'dayLimit'])(
  '%s in Chinese: accessible, nothing left in English',
  async (scene) => {
    const view = await stage.view({ width: 300 });
    const messages = SCENES[scene] ?? [];
    await view.send(
      ...messages.map((message) =>
        message.type === 'init' ? { ...message, language: 'zh-cn', bundle: chinese } : message,
      ),
    );
    await view.armed();
    await view.shot(`${scene}-zh`);
    expect(await view.violations()).toEqual([]);
    expect(await view.page.evaluate(() => document.documentElement.lang)).toBe('zh-cn');
    const labels = await view.page.locator('vscode-button').allTextContents();
    expect(labels.filter((label) => /[a-z]{3,}/i.test(label))).toEqual([]);
    await view.close();
  },
);

test('an approval is worked with the keyboard alone, in reading order', async () => {
  const view = await stage.view();
  await view.send(...(SCENES.edit ?? []));
  await expect.poll(() => view.page.getByRole('button', { name: 'Accept' }).isEnabled()).toBe(true);
  const stops: string[] = [];
  for (let i = 0; i < 40 && stops.at(-1) !== 'reject'; i++) {
    await view.page.keyboard.press('Tab');
    stops.push(await view.focusedId());
  }
  // Links in the text between have no test id.
  const seen = stops.filter((stop, i) => stop !== '' && stop !== stops[i - 1]);
  expect(seen).toEqual([
    'stop',
    'mode',
    'plan',
    'menu',
    'add-task',
    'rewind',
    'transcript',
    'call',
    'open-diff',
    'approval',
    'toggle',
    'reason',
    'accept',
    'reject',
  ]);
  await view.page.keyboard.press('Enter');
  expect(view.commands()).toMatchObject([{ type: 'decide', verdict: 'reject' }]);
  await view.close();
});

test('a card announces itself and takes no focus', async () => {
  const view = await stage.view();
  const [message] = SCENES.running ?? [];
  await view.send(message);
  await view.page.getByTestId('say').locator('textarea').focus();
  await view.page.keyboard.type('half a sent');
  await view.send(...(SCENES.command ?? []));
  await view.page.getByTestId('approval').waitFor();
  await expect.poll(() => view.page.getByTestId('announcer').textContent()).toBe('Waiting for you: run npm test');
  expect(['', 'say']).toContain(await view.focusedId());
  await view.close();
});
