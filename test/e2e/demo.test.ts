/** What `npm start` leads to: the example, no key, the suggested goal, and only clicks on Run and Accept until it is proven. */
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { simpleGit } from 'simple-git';
import { describe, expect, it } from 'vitest';
import { createExample } from '../../scripts/example.mjs';
import { type Goalwright, openGoalwright } from '../harness/goalwright.ts';
import { press, projectFolder, reported } from './scene.ts';

/** Says yes to every card until the report is there; keeps a picture of the first card of each kind. */
async function acceptAll(gw: Goalwright, panel: FrameLocator, name: string): Promise<number> {
  const report = panel.getByTestId('report');
  const card = panel.getByTestId('approval');
  const seen = new Set<string | null>();
  for (let yes = 0; ; yes++) {
    await report.or(card).first().waitFor();
    if (await report.isVisible()) return yes;
    const kind = await card.getAttribute('data-kind');
    if (!seen.has(kind)) {
      seen.add(kind);
      if (kind === 'edit') await gw.ui.diffSide('modified').waitFor();
      await gw.screenshot(`${name}-${kind}`);
    }
    await press(card, 'accept');
  }
}

describe('the first run', () => {
  it('makes minimist safe with clicks only, without a key', async () => {
    const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'gw-demo-')), 'minimist');
    await createExample(folder);
    const gw = await openGoalwright({ folder });
    const panel = await gw.panel();
    await panel.getByTestId('suggestion').waitFor();
    await gw.screenshot('demo-welcome');
    await panel.getByTestId('run-suggestion').click();
    const yes = await acceptAll(gw, panel, 'demo');
    const report = await reported(panel, 'done');
    await report.locator('[data-proof=code]').waitFor();
    await gw.screenshot('demo-report');
    expect(yes).toBeGreaterThan(2);
    const status = await simpleGit(folder).status();
    expect(status.files.map(({ path: file }) => file)).toEqual(['index.js', 'test/proto.js']);
    await gw.close();
  });

  it('makes a study plan in an empty folder: not only code', async () => {
    const gw = await openGoalwright({ folder: projectFolder({}) });
    const panel = await gw.panel();
    await panel.getByTestId('run-suggestion').click();
    await acceptAll(gw, panel, 'study');
    const report = await reported(panel, 'done');
    await report.locator('[data-proof=code]').waitFor();
    await gw.screenshot('study-report');
    await gw.close();
  });
});
