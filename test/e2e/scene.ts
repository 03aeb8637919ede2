/**
 * One window whose model is the HTTP fixture server, a fresh small project for each test, and the moves a person makes.
 * The window stays: another folder is another extension host, with the same settings.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { beforeAll, expect } from 'vitest';
import type { Subject } from '../../src/agent/journal/event.ts';
import { type Answer, type OpenAiServer, openAiServer } from '../fixtures/openai-server.ts';
import { type Goalwright, type Options, openGoalwright } from '../harness/goalwright.ts';

export interface Scene {
  readonly gw: Goalwright;
  readonly server: OpenAiServer;
  readonly folder: string;
  /** Requests made before this test began. */
  readonly first: number;
  file(name: string): string;
}

export const projectFolder = (files: Record<string, string | Uint8Array>): string => {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gw-project-')));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
};

interface Shared {
  readonly gw: Goalwright;
  readonly server: OpenAiServer;
}

/** By their options. A window takes as long to open as a test to run, so files with the same ones use it one after the other. */
const windows = new Map<string, Promise<Shared>>();

async function openShared(options: Partial<Options>): Promise<Shared> {
  const server = await openAiServer([]);
  const settings = {
    'goalwright.model.baseUrl': server.baseUrl,
    'goalwright.model.id': 'test-model',
    ...options.settings,
  };
  return { server, gw: await openGoalwright({ folder: projectFolder({}), isKept: true, ...options, settings }) };
}

/** Call once in a test file; the result opens a project in a window that it alone uses now. */
export function sharedWindow(options: Partial<Options> = {}) {
  const key = JSON.stringify(options);
  let gw: Goalwright;
  let server: OpenAiServer;
  beforeAll(async () => {
    const known = windows.get(key);
    const shared = known ?? openShared(options);
    windows.set(key, shared);
    ({ gw, server } = await shared);
    if (!known) return;
    gw.resetSettings();
    await gw.newTab();
  });
  return async (files: Record<string, string | Uint8Array>, answers: readonly Answer[]): Promise<Scene> => {
    const folder = projectFolder(files);
    await gw.openFolder(folder);
    server.answerOnly(...answers);
    return {
      gw,
      server,
      folder,
      first: server.requests.length,
      file: (name) => readFileSync(path.join(folder, name), 'utf8'),
    };
  };
}

/** Command palette, "Run Goal", the goal, Enter. */
export async function runGoal({ gw }: Pick<Scene, 'gw'>, goal: string): Promise<FrameLocator> {
  await gw.ui.command('goalwright.runGoal', 'Goalwright: Run Goal');
  await gw.ui.answer(goal);
  return gw.panel();
}

/** The waiting card. */
export async function card(panel: FrameLocator, kind: Subject['kind']): Promise<Locator> {
  const found = panel.locator(`[data-testid=approval][data-kind=${kind}]`);
  await found.waitFor();
  return found;
}

/**
 * A card's button counts only when the person can have seen the card; it is disabled until then. A click that meets the
 * card while it moves does not count: like a person, this presses again until the card is gone.
 */
export async function press(card: Locator, button: 'accept' | 'reject' | 'accept-run'): Promise<void> {
  const id = await card.getAttribute('data-approval');
  const isThere = async () =>
    (await card.count()) > 0 && (await card.getAttribute('data-approval', { timeout: 1000 }).catch(() => null)) === id;
  const open = card.locator(`[data-testid=${button}]:not([disabled])`);
  await expect
    .poll(async () => {
      if ((await isThere()) && (await open.count()) > 0) await open.click({ timeout: 1000 }).catch(() => undefined);
      return isThere();
    })
    .toBe(false);
}

/**
 * Presses "Accept Edit" in the title bar of the diff in front. A press counts only when the person can have seen the
 * edit as it is: this presses again, as a person does who is told that it was too soon.
 */
export async function acceptInTitle({ gw }: Pick<Scene, 'gw'>): Promise<void> {
  const inFront = () =>
    gw.bridge.call(({ vscode }) => {
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
      return `${tab?.label} ${tab?.input instanceof vscode.TabInputTextDiff ? tab.input.modified : ''}`;
    });
  const edit = await inFront();
  await expect
    .poll(
      async () => {
        if ((await inFront()) !== edit) return true;
        await gw.ui
          .action('Accept Edit')
          .click({ timeout: 1000 })
          .catch(() => undefined);
        return expect
          .poll(inFront, { timeout: 2000 })
          .not.toBe(edit)
          .then(
            () => true,
            () => false,
          );
      },
      { timeout: 20_000 },
    )
    .toBe(true);
}

export async function accept(panel: FrameLocator, kind: 'edit' | 'command'): Promise<void> {
  await press(await card(panel, kind), 'accept');
}

export async function reported(panel: FrameLocator, outcome: string): Promise<Locator> {
  const report = panel.locator(`[data-testid=report][data-outcome=${outcome}]`);
  await report.waitFor();
  return report;
}

export const call = (name: string, args: object) => ({ name, arguments: args });

/** The last message of the n-th request of this test to the model. */
export async function told({ server, first }: Scene, n: number): Promise<string> {
  const message = (await server.request(first + n)).body.messages.at(-1);
  expect(message?.role).toBe('tool');
  return message?.content ?? '';
}
