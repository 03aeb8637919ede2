/** Limits as a person sets them are limits as the engine knows them; what fits no limit counts as not set. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { limitSettings, secretPatternSetting } from '../../src/extension/settings/settings.ts';

describe('limits in the settings', () => {
  const set = (name: string, value: unknown) =>
    vscode.workspace.getConfiguration('goalwright.limits').update(name, value, vscode.ConfigurationTarget.Global);
  const names = ['steps', 'perDay.steps', 'perDay.tokens', 'perDay.cost', 'perDay.minutes'];
  afterEach(async () => {
    for (const name of names) await set(name, undefined);
  });

  it('without a word there are none of a day', () =>
    assert.deepEqual(limitSettings(), { steps: 100, tokens: 2_000_000, cost: 5, minutes: 120 }));

  it('those of a day are read beside those of a run', async () => {
    await set('perDay.steps', 300);
    await set('perDay.tokens', 5_000_000);
    await set('perDay.cost', 12.5);
    await set('perDay.minutes', 90);
    const { daySteps, dayTokens, dayCost, dayMinutes, steps } = limitSettings();
    assert.deepEqual([daySteps, dayTokens, dayCost, dayMinutes, steps], [300, 5_000_000, 12.5, 90, 100]);
  });

  it('empty is no limit, and so is what cannot be one', async () => {
    await set('steps', null);
    await set('perDay.cost', -1);
    assert.deepEqual(limitSettings(), { tokens: 2_000_000, cost: 5, minutes: 120 });
  });
});

describe('patterns for secrets in the settings', () => {
  const set = (value: unknown, target: vscode.ConfigurationTarget) =>
    vscode.workspace.getConfiguration('goalwright').update('secrets.patterns', value, target);
  afterEach(() => set(undefined, vscode.ConfigurationTarget.Global));

  it('are as the person wrote them, also those that cannot be read', async () => {
    assert.deepEqual(secretPatternSetting(), []);
    await set(['ACME-[0-9]{8}', '('], vscode.ConfigurationTarget.Global);
    assert.deepEqual(secretPatternSetting(), ['ACME-[0-9]{8}', '(']);
  });

  it('cannot be set by a workspace', async () => {
    await assert.rejects(async () => set(['.*'], vscode.ConfigurationTarget.Workspace));
    assert.deepEqual(secretPatternSetting(), []);
  });
});
