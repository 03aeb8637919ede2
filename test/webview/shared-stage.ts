/** One browser for a test file, and after each test nothing of its views is left, nor any trouble unseen. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Look, Stage, type View } from './harness.ts';

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
