/** A person steers a run at work: the plan is changed under it, another model goes on with it, and it ends accordingly. */
import type { FrameLocator, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accept, call, card, press, reported, runGoal, sharedWindow } from './scene.ts';

const NAMES = ['one', 'two', 'three', 'four', 'five'];
const plan = call('plan', { tasks: NAMES.map((name) => ({ title: `Write ${name}` })) });
const write = (name: string) => [
  call('write', { path: `${name}.txt`, content: `${name}\n` }),
  call('finish', { summary: `${name} is written.` }),
];

const open = sharedWindow({ settings: { 'goalwright.mode': 'autoEdit' } });

const task = (panel: FrameLocator, title: string): Locator =>
  panel.getByTestId('task').filter({ has: panel.getByText(title, { exact: true }) });

/** As a hand does it. */
async function choose(panel: FrameLocator, title: string, action: string): Promise<void> {
  await task(panel, title).getByTestId('menu').click();
  await panel.getByRole('menuitem', { name: action, exact: true }).click();
}

describe('steering', () => {
  it('a plan is skipped in, edited, reordered, added to and deleted from while it is worked on', async () => {
    const scene = await open({ 'readme.md': '# Numbers\n' }, [
      { content: 'Five files.', toolCalls: [plan] },
      { toolCalls: [call('run', { command: 'echo one > one.txt' })] },
      { toolCalls: [call('finish', { summary: 'one is written.' })] },
      { toolCalls: write('THREE') },
      { toolCalls: write('five') },
      { toolCalls: write('six') },
    ]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Write the numbers from one to five, a file each');
    // The run waits here for its yes, as long as the person steers.
    await card(panel, 'command');

    await task(panel, 'Write two').getByTestId('menu').click();
    await gw.screenshot('steer-1-menu');
    await panel.getByRole('menuitem', { name: 'Skip', exact: true }).click();
    await expect.poll(() => task(panel, 'Write two').getAttribute('data-state')).toBe('skipped');

    await choose(panel, 'Write three', 'Edit');
    await panel.getByRole('textbox', { name: 'Title' }).fill('Write three in capitals');
    await panel.getByRole('textbox', { name: 'Description' }).fill('The file is THREE.txt.');
    await gw.screenshot('steer-2-edit');
    await gw.page.keyboard.press('Control+Enter');
    await task(panel, 'Write three in capitals').waitFor();

    // By keys alone: the menu of the task, its second entry.
    await task(panel, 'Write five').getByTestId('menu').focus();
    await gw.page.keyboard.press('Enter');
    await panel.getByRole('menuitem', { name: 'Edit', exact: true }).waitFor();
    await gw.page.keyboard.press('ArrowDown');
    await gw.page.keyboard.press('Enter');
    await panel.getByTestId('unorder').waitFor();

    await choose(panel, 'Write four', 'Delete');
    await expect.poll(() => task(panel, 'Write four').count()).toBe(0);

    await panel.getByTestId('add-task').click();
    await panel.getByRole('textbox', { name: 'Title' }).fill('Write six');
    await gw.page.keyboard.press('Enter');
    await task(panel, 'Write six').waitFor();
    await expect
      .poll(() => panel.getByTestId('task').evaluateAll((all) => all.map((one) => one.dataset.task)))
      .toEqual(['t2', 't3', 't4', 't6', 't7', 't1']);
    await gw.screenshot('steer-3-steered');

    await accept(panel, 'command');
    const report = await reported(panel, 'done');
    await report.waitFor();
    await gw.screenshot('steer-4-done');

    // Who was told what, in which order.
    const told = await Promise.all(
      [3, 4, 5].map(async (n) => {
        const { messages } = (await scene.server.request(scene.first + n)).body;
        return messages.at(-1)?.content ?? '';
      }),
    );
    expect(told[0]).toContain('Write three in capitals\nThe file is THREE.txt.');
    expect(told[1]).toContain('Write five');
    expect(told[2]).toContain('Write six');
    expect(scene.file('THREE.txt')).toBe('THREE\n');
    expect(scene.file('five.txt')).toBe('five\n');
    expect(scene.file('six.txt')).toBe('six\n');
    expect(() => scene.file('two.txt')).toThrow();
    expect(() => scene.file('four.txt')).toThrow();
    expect(await panel.getByTestId('menu').count()).toBe(0);
  });

  it('another model takes over with the next request', async () => {
    const scene = await open({}, [
      { toolCalls: [call('run', { command: 'touch hello' })] },
      { toolCalls: [call('finish', { summary: 'Said.' })] },
    ]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Say hello');
    await card(panel, 'command');
    await gw.bridge.call(({ vscode }) =>
      vscode.workspace
        .getConfiguration('goalwright.model')
        .update('id', 'other-model', vscode.ConfigurationTarget.Global),
    );
    await panel.getByTestId('note').getByText('Model: other-model').waitFor();
    await accept(panel, 'command');
    await reported(panel, 'done');
    const models = await Promise.all([0, 1].map(async (n) => (await scene.server.request(scene.first + n)).body.model));
    expect(models).toEqual(['test-model', 'other-model']);
  });

  it('what was said is said otherwise, and a run of its own goes on from there', async () => {
    const scene = await open({}, [
      { toolCalls: [call('find', { glob: '*' })] },
      { content: 'A poem about rain.' },
      { content: 'A poem about snow.' },
    ]);
    const { gw, server } = scene;
    const held = server.hold();
    const panel = await runGoal(scene, 'Write a short poem here');
    await held.request;
    await panel.getByTestId('say').locator('textarea').fill('About rain.');
    await gw.page.keyboard.press('Enter');
    await panel.getByTestId('said').waitFor();
    held.release();
    await panel.getByTestId('report').getByText('A poem about rain.').waitFor();

    await panel.getByTestId('rewind').last().click();
    await panel.getByTestId('rewind-text').locator('textarea').fill('About snow.');
    await gw.screenshot('steer-5-rewind');
    await panel.getByTestId('rewind-send').click();
    await panel.getByTestId('report').getByText('A poem about snow.').waitFor();
    await gw.screenshot('steer-6-forked');
    const { messages } = (await server.request(scene.first + 2)).body;
    expect(messages.at(-1)?.content).toBe('About snow.');
    expect(JSON.stringify(messages)).not.toContain('About rain.');
  });

  it('weakened tests are shown, and what is rejected goes back to the agent', async () => {
    const strong = 'assert.equal(add(1, 2), 3);\nassert.equal(add(2, 2), 4);\n';
    const scene = await open({ 'add.test.js': strong }, [
      {
        toolCalls: [
          call('plan', { tasks: [{ title: 'Make it ready', checks: [{ command: 'test -f ready' }] }] }),
          call('write', { path: 'add.test.js', content: 'assert.ok(true);\n' }),
          call('write', { path: 'ready', content: 'yes\n' }),
          call('finish', { summary: 'Ready.' }),
        ],
      },
      { toolCalls: [call('write', { path: 'add.test.js', content: strong }), call('finish', { summary: 'Ready.' })] },
    ]);
    const { gw } = scene;
    const panel = await runGoal(scene, 'Make the file named ready');
    const asked = await card(panel, 'weakened');
    await asked.getByTestId('findings').getByText('1 of 2 assertions are gone').waitFor();
    await gw.screenshot('steer-7-weakened');
    await press(asked, 'reject');
    const report = await reported(panel, 'done');
    await report.locator('[data-proof=code]').waitFor();
    expect(scene.file('add.test.js')).toBe(strong);
    const { messages } = (await scene.server.request(scene.first + 1)).body;
    expect(messages.at(-1)?.content).toContain('add.test.js: 1 of 2 assertions are gone');
  });
});
