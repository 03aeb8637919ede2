/** One browser for a test file, and after each test nothing of its views is left, nor any trouble unseen. */
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Look, Stage, type View } from './harness.ts';
import { SCENES } from './scenes.ts';

/** Call once in a test file; the result opens a view. */
export function sharedStage(): (look?: Look) => Promise<View> {
  let stage: Stage;
  const views: View[] = [];
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterEach(async () => {
    for (const view of views.splice(0)) {
      expect(view.trouble).toEqual([]);
      await view.close();
    }
  });
  afterAll(() => stage.close());
  return async (look) => {
    const view = await stage.view(look);
    views.push(view);
    return view;
  };
}

/** Call once in a test file; the result opens a view that shows a scene, by its name or message by message. */
export function sharedScenes(): (scene: keyof typeof SCENES | readonly unknown[], look?: Look) => Promise<View> {
  const opened = sharedStage();
  return async (scene, look) => {
    const view = await opened(look);
    await view.send(...(typeof scene === 'string' ? (SCENES[scene] ?? []) : scene));
    return view;
  };
}

/** The button inside the toolkit's: Playwright knows whether that one is enabled, and waits. */
export const button = (view: View, id: string): Locator => view.page.getByTestId(id).getByRole('button');
