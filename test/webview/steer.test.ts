/** A person's hand on the plan and on what they said before: by pointer, by keys, and for those who only hear it. */
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../src/agent/journal/event.ts';
import type { View } from './harness.ts';
import {
  chinese,
  created,
  dayLimit,
  events,
  finished,
  host,
  init,
  planned,
  RUN,
  steered,
  story,
  weakened,
} from './scenes.ts';
import { sharedStage } from './shared-stage.ts';

const opened = sharedStage();

const STEERED = [created, planned.slice(0, 5), steered];
const length = story(...STEERED).length;

async function open(more: readonly EventBody[] = [], with_: Parameters<typeof init>[1] = {}): Promise<View> {
  const view = await opened({ width: 300 });
  await view.send(init(story(...STEERED, more), with_));
  return view;
}

/** What the run answers to a command. */
const happen = (view: View, ...bodies: readonly EventBody[]) =>
  view.send(...events(bodies, length + 1).map((event) => ({ type: 'event', run: RUN, event })));

const row = (view: View, task: string): Locator => view.page.locator(`[data-task="${task}"]`);
const menuOf = (view: View, task: string): Locator => row(view, task).getByTestId('menu');
const action = (view: View, name: string): Locator => view.page.getByRole('menuitem', { name, exact: true });
const order = (view: View): Promise<(string | undefined)[]> =>
  view.page.getByTestId('task').evaluateAll((all) => all.map((one) => one.dataset.task));
const news = (view: View) => view.page.getByTestId('plan-news').textContent();

/** What has the focus: the task whose menu it is, or its test id. */
const focused = (view: View): Promise<string> =>
  view.page.evaluate(() => {
    let node: Element | null = document.activeElement;
    let task = '';
    while (node?.shadowRoot?.activeElement) {
      node = node.shadowRoot.activeElement;
      task = node.closest<HTMLElement>('[data-task]')?.dataset.task ?? task;
    }
    const id = node instanceof HTMLElement ? (node.dataset.testid ?? node.textContent?.trim() ?? '') : '';
    return `${task} ${id}`.trim();
  });

const choose = async (view: View, task: string, name: string): Promise<void> => {
  await menuOf(view, task).click();
  await action(view, name).click();
};

describe('what is offered', () => {
  test.each([
    ['done', 't5', ['Try again']],
    ['in work', 't7', ['Edit', 'Skip', 'Delete']],
    ['blocked', 't8', ['Try again', 'Skip', 'Delete']],
    ['given up for what it needs', 't9', ['Delete']],
    ['skipped', 't10', ['Try again', 'Delete']],
    ['first to do', 't11', ['Edit', 'Move down', 'Skip', 'Delete']],
    ['to do', 't12', ['Edit', 'Move up', 'Move down', 'Skip', 'Delete']],
    ['last to do, and waiting', 't13', ['Edit', 'Move up', 'Skip', 'Delete']],
    ['the goal itself', 't1', ['Edit']],
  ])('%s', async (_, task, offered) => {
    const view = await open();
    await menuOf(view, task).click();
    expect(await view.page.getByRole('menuitem').allTextContents()).toSatisfy((texts: string[]) =>
      texts.every((text, i) => text.endsWith(offered[i] ?? '-')),
    );
    await expect.poll(() => view.page.getByRole('menuitem').count()).toBe(offered.length);
    await view.shot(`menu-${task}`);
  });

  test('nothing, where one can only watch, where nothing is trusted, and when the run has ended', async () => {
    const ended = finished.slice(-1);
    for (const view of [
      await open([], { host: { ...host, readOnly: 'Another run is at work in this folder.' } }),
      await open([], { host: { ...host, trusted: false } }),
      await open(ended),
    ])
      for (const id of ['menu', 'add-task', 'task-form']) expect(await view.page.getByTestId(id).count()).toBe(0);
  });

  test('in Chinese too', async () => {
    const view = await open([], { language: 'zh-cn', bundle: chinese });
    await menuOf(view, 't12').click();
    expect(await view.page.getByRole('menuitem').locator('span:not(.icon)').allTextContents()).toEqual([
      '编辑',
      '上移',
      '下移',
      '跳过',
      '删除',
    ]);
    await view.shot('menu-zh');
  });
});

describe('the menu', () => {
  test('is worked by keys: opened, walked round, closed by Escape, and the focus is back', async () => {
    const view = await open();
    await menuOf(view, 't12').focus();
    await view.page.keyboard.press('Enter');
    await expect.poll(() => focused(view)).toBe('t12 action-edit');
    expect(await menuOf(view, 't12').getAttribute('aria-expanded')).toBe('true');
    expect(await view.violations()).toEqual([]);
    await view.page.keyboard.press('ArrowUp');
    expect(await focused(view)).toBe('t12 action-remove');
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('ArrowDown');
    expect(await focused(view)).toBe('t12 action-up');
    await view.page.keyboard.press('End');
    expect(await focused(view)).toBe('t12 action-remove');
    await view.page.keyboard.press('Escape');
    await expect.poll(() => focused(view)).toBe('t12 menu');
    await expect.poll(() => menuOf(view, 't12').getAttribute('aria-expanded')).toBe('false');
    expect(view.commands()).toEqual([]);
  });

  test('is one stop of Tab for all tasks; arrows lead to the others', async () => {
    const view = await open();
    await menuOf(view, 't7').focus();
    await view.page.keyboard.press('ArrowDown');
    expect(await focused(view)).toBe('t8 menu');
    await view.page.keyboard.press('Home');
    expect(await focused(view)).toBe('t5 menu');
    const stops: string[] = [];
    for (let i = 0; i < 9 && stops.at(-1) !== 'add-task'; i++) {
      await view.page.keyboard.press('Tab');
      stops.push(await view.focusedId());
    }
    expect(stops).toEqual(['lessons', 'add-task']);
  });

  test('closes on a click beside it, and on a second click on its button', async () => {
    const view = await open();
    await menuOf(view, 't12').click();
    await action(view, 'Skip').waitFor();
    await view.page.getByTestId('status').click();
    await expect.poll(() => view.page.getByRole('menuitem').count()).toBe(0);
    await menuOf(view, 't12').click();
    await action(view, 'Skip').waitFor();
    await menuOf(view, 't12').click();
    await expect.poll(() => view.page.getByRole('menuitem').count()).toBe(0);
    expect(view.commands()).toEqual([]);
  });
});

test.each(['light', 'hc', 'hcLight'] as const)('menu and form in %s: accessible', async (theme) => {
  const view = await opened({ theme, width: 300 });
  await view.send(init(story(...STEERED)));
  await choose(view, 't12', 'Edit');
  await menuOf(view, 't11').click();
  await action(view, 'Skip').waitFor();
  await view.shot(`menu-${theme}`);
  expect(await view.violations()).toEqual([]);
});

describe('order', () => {
  test('what is to do stands as it will run: by priority, what it needs first', async () => {
    const view = await open();
    expect(await order(view)).toEqual(['t5', 't6', 't7', 't8', 't9', 't10', 't11', 't12', 't13', 't1']);
  });

  test('Move up sends the whole new order; the focus and the ear follow the task', async () => {
    const view = await open();
    await menuOf(view, 't12').focus();
    await view.page.keyboard.press('Enter');
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Enter');
    expect(view.commands()).toEqual([{ type: 'orderTasks', order: ['t12', 't11', 't13'] }]);
    await happen(view, { type: 'tasks.ordered', order: ['t12', 't11', 't13'] });
    expect((await order(view)).slice(6, 9)).toEqual(['t12', 't11', 't13']);
    await expect.poll(() => focused(view)).toBe('t12 menu');
    expect(await news(view)).toBe('“Update every example in the documentation to the new options” is now 1 of 3.');
    await view.shot('moved');
  });

  test('a task is dragged to a neighbour’s place', async () => {
    const view = await open();
    await row(view, 't12').scrollIntoViewIfNeeded();
    await row(view, 't12').dragTo(row(view, 't11'));
    expect(view.commands()).toEqual([{ type: 'orderTasks', order: ['t12', 't11', 't13'] }]);
  });

  test('what has begun cannot be dragged, nor dragged upon', async () => {
    const view = await open();
    await row(view, 't12').scrollIntoViewIfNeeded();
    await row(view, 't12').dragTo(row(view, 't10'));
    expect(await row(view, 't10').getAttribute('draggable')).toBe('false');
    expect(view.commands()).toEqual([]);
  });

  test('the order is given back to the priorities', async () => {
    const view = await open([{ type: 'tasks.ordered', order: ['t13', 't12', 't11'] }]);
    await view.page.getByTestId('unorder').click();
    expect(view.commands()).toEqual([{ type: 'orderTasks', order: [] }]);
  });
});

describe('skip, try again, delete', () => {
  test('each is one command', async () => {
    const view = await open();
    await choose(view, 't11', 'Skip');
    await choose(view, 't8', 'Try again');
    await choose(view, 't10', 'Delete');
    expect(view.commands()).toEqual([
      { type: 'skipTask', task: 't11' },
      { type: 'retryTask', task: 't8' },
      { type: 'removeTask', task: 't10' },
    ]);
  });

  test('a deleted task gives the focus to who stands in its place', async () => {
    const view = await open();
    await choose(view, 't11', 'Delete');
    await happen(view, { type: 'task.removed', task: 't11', by: 'person' });
    await expect.poll(() => focused(view)).toBe('t12 menu');
    expect(await news(view)).toBe('Removed from the plan: Remove the old parser.');
    await view.page.getByTestId('note').getByText('You deleted the task “Remove the old parser”.').waitFor();
  });

  test('what happens to tasks is said', async () => {
    const view = await open();
    await happen(view, { type: 'task.ended', task: 't7', status: 'done', proof: 'judge' });
    expect(await news(view)).toBe('Make the slow test fast: done, judged by a model.');
  });
});

describe('editing', () => {
  test('a form in the task’s place sends what was changed, and the focus is back at the task', async () => {
    const view = await open();
    await choose(view, 't12', 'Edit');
    const title = view.page.getByRole('textbox', { name: 'Title' });
    await expect.poll(() => title.inputValue()).toBe('Update every example in the documentation to the new options');
    await expect.poll(() => focused(view)).toContain('t12');
    await title.fill('Update the examples');
    await view.page.getByRole('textbox', { name: 'Priority' }).fill('90');
    await view.shot('edit-task');
    expect(await view.violations()).toEqual([]);
    await view.page.keyboard.press('Enter');
    expect(view.commands()).toEqual([{ type: 'editTask', task: 't12', title: 'Update the examples', priority: 90 }]);
    await expect.poll(() => focused(view)).toBe('t12 menu');
    expect(await view.page.getByTestId('task-form').count()).toBe(0);
  });

  test('Escape leaves the task as it was; saving nothing sends nothing', async () => {
    const view = await open();
    await choose(view, 't12', 'Edit');
    await view.page.getByRole('textbox', { name: 'Title' }).fill('x');
    await view.page.keyboard.press('Escape');
    await expect.poll(() => focused(view)).toBe('t12 menu');
    await choose(view, 't12', 'Edit');
    await view.page.getByTestId('form-save').click();
    expect(view.commands()).toEqual([]);
  });

  test('a task without a title, or with a priority that is none, is told and not sent', async () => {
    const view = await open();
    await view.page.getByTestId('add-task').click();
    await view.page.getByTestId('form-save').click();
    await expect.poll(() => view.page.getByRole('alert').textContent()).toBe('A task needs a title.');
    await view.page.getByRole('textbox', { name: 'Title' }).fill('Sing');
    await view.page.getByRole('textbox', { name: 'Priority' }).fill('101');
    await view.page.keyboard.press('Enter');
    await expect.poll(() => view.page.getByRole('alert').textContent()).toBe('The priority is a number from 0 to 100.');
    expect(view.commands()).toEqual([]);
  });

  test('a new task is added to the goal that was split', async () => {
    const view = await open();
    await view.page.getByTestId('add-task').click();
    await expect.poll(() => view.focusedId()).toBe('form-title');
    await view.page.keyboard.type('Thank the reporter');
    await view.shot('add-task');
    expect(await view.violations()).toEqual([]);
    await view.page.keyboard.press('Enter');
    expect(view.commands()).toEqual([{ type: 'addTask', title: 'Thank the reporter', priority: 50, parent: 't1' }]);
    await expect.poll(() => focused(view)).toBe('add-task');
  });

  test('beside a goal that is worked on as one, a new task stands alone', async () => {
    const view = await opened({ width: 300 });
    await view.send(init(story(created)));
    await view.page.getByTestId('add-task').click();
    await expect.poll(() => view.focusedId()).toBe('form-title');
    await view.page.keyboard.type('And a readme');
    await view.page.keyboard.press('Enter');
    await expect.poll(() => view.commands()).toEqual([{ type: 'addTask', title: 'And a readme', priority: 50 }]);
  });

  test('a half-written form is there again after a reload', async () => {
    const view = await open();
    await choose(view, 't12', 'Edit');
    await view.page.getByRole('textbox', { name: 'Description' }).fill('Half a thou');
    await view.page.reload();
    await view.send(init(story(...STEERED)));
    await expect.poll(() => view.page.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('Half a thou');
  });
});

describe('what a task tells', () => {
  test('a model’s yes looks like no proof by code', async () => {
    const view = await open();
    const look = (task: string) => row(view, task).getByTestId('proof').locator('.icon').getAttribute('class');
    expect(await row(view, 't6').getByTestId('proof').textContent()).toContain('judged by a model');
    expect(await look('t6')).not.toBe(await look('t5'));
    const check = row(view, 't6').getByTestId('check');
    expect(await check.textContent()).toContain('a model says yes');
    expect(await check.locator('.icon').getAttribute('class')).not.toContain('good');
  });

  test('what it waits for or lacks, what was learned, how it is going', async () => {
    const view = await open();
    const text = async (task: string, id: string) =>
      (await row(view, task).getByTestId(id).textContent())?.replaceAll(/\s+/g, ' ').trim();
    expect(await text('t13', 'needs')).toBe(
      'waits for “Remove the old parser”, “Update every example in the documentation to the new options”, and 1 more',
    );
    expect(await text('t9', 'needs')).toBe('needs “Publish the package”, which is: blocked');
    expect(await text('t8', 'reason')).toBe('The registry asks for a password that nobody has given.');
    expect(await text('t7', 'attempt')).toBe('Attempt 3');
    expect(await text('t7', 'worth')).toBe('Reward -1.9');
    await row(view, 't7').getByTestId('lessons').locator('summary').click();
    await row(view, 't7').getByText('Next: Serve the answer from a fixture.').waitFor();
  });
});

describe('weakened tests', () => {
  test.each(['accept', 'reject'] as const)('%s', async (verdict) => {
    const view = await open(weakened);
    expect(await view.page.getByTestId('approval').getByTestId('findings').locator('li').count()).toBe(2);
    await view.page.getByTestId(verdict).getByRole('button').click();
    expect(view.commands()).toMatchObject([{ type: 'decide', approval: 'a7', nonce: 'n-a7', verdict }]);
  });
});

describe('limits of a day', () => {
  test('the next bound is offered, and taken as it is or as typed', async () => {
    const view = await open(dayLimit);
    await view.page.getByTestId('pause').getByText('Cost today: $10.02 of $10.00 used.').waitFor();
    await view.page.getByTestId('resume').click();
    await view.page.getByRole('textbox', { name: 'New limit: Cost today in US dollars' }).fill('20');
    await view.page.keyboard.press('Enter');
    expect(view.commands()).toEqual([
      { type: 'resume', extend: { dayCost: 15.02 } },
      { type: 'resume', extend: { dayCost: 20 } },
    ]);
  });
});

describe('other words', () => {
  const said: EventBody[] = [{ type: 'person.said', text: 'Use tape.' }];

  test('the run goes on from what was said, with what is said instead', async () => {
    const view = await open(said);
    const item = view.page.locator('li[data-kind=said]');
    await item.getByTestId('rewind').click();
    const box = view.page.getByRole('textbox', { name: 'What to say instead' });
    await expect.poll(() => box.inputValue()).toBe('Use tape.');
    await expect.poll(() => view.focusedId()).toBe('rewind-text');
    await box.fill('Use node:test.');
    await view.shot('rewind');
    expect(await view.violations()).toEqual([]);
    await item.getByTestId('rewind-send').click();
    expect(view.posted.at(-1)).toEqual({ type: 'fork', run: RUN, seq: length + 1, text: 'Use node:test.' });
  });

  test('the goal can be said anew by keys; Escape leaves it', async () => {
    const view = await open(said);
    const opener = view.page.locator('li[data-kind=goal]').getByTestId('rewind');
    await opener.focus();
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('textbox', { name: 'What to say instead' }).waitFor();
    await view.page.keyboard.press('Escape');
    await expect.poll(() => focused(view)).toBe('rewind');
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('textbox', { name: 'What to say instead' }).fill('Only the fix.');
    await view.page.keyboard.press('Enter');
    expect(view.posted.at(-1)).toEqual({ type: 'fork', run: RUN, seq: 1, text: 'Only the fix.' });
  });

  test('not where one can only watch', async () => {
    const view = await open(said, { host: { ...host, readOnly: 'Another run is at work in this folder.' } });
    expect(await view.page.getByTestId('rewind').count()).toBe(0);
  });
});
