/** What is asked, why, and what a yes is remembered as; guarded files; what a command changed behind an approval. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { accept, call, card, press, reported, runGoal, sharedWindow, told } from './scene.ts';

const finish = call('finish', { summary: 'Done.' });
const open = sharedWindow();

describe('policy', () => {
  it('runs what only looks, asks about the rest, and remembers exactly that', async () => {
    const make = call('run', { command: 'touch made.txt' });
    const scene = await open({ 'a.txt': 'one\n' }, [
      { toolCalls: [call('run', { command: 'ls -la' }), make] },
      { toolCalls: [make] },
      { toolCalls: [call('run', { command: 'touch other.txt' })] },
      { toolCalls: [finish] },
    ]);
    const panel = await runGoal(scene, 'Look around');
    const asked = await card(panel, 'command');
    // The one that only looks did not ask.
    await expect.poll(() => asked.getByTestId('command').textContent()).toBe('touch made.txt');
    await asked.getByTestId('confinement').waitFor();
    await asked.getByTestId('remember').locator('summary').click();
    await expect
      .poll(() => asked.getByTestId('rule').textContent())
      .toBe('{"verdict":"allow","command":"touch made.txt","in":"."}');
    await scene.gw.screenshot('policy-rule');
    await press(asked, 'accept-run');
    // The same again is not asked; another command is.
    const other = await card(panel, 'command');
    await expect.poll(() => other.getByTestId('command').textContent()).toBe('touch other.txt');
    await press(other, 'reject');
    await reported(panel, 'done');
    expect(existsSync(path.join(scene.folder, 'made.txt'))).toBe(true);
    expect(existsSync(path.join(scene.folder, 'other.txt'))).toBe(false);
  });

  it('asks before a guarded file is read', async () => {
    const scene = await open({ '.env': 'TOKEN_NAME=value\n' }, [
      { toolCalls: [call('read', { paths: ['.env'] })] },
      { toolCalls: [finish] },
    ]);
    const panel = await runGoal(scene, 'Read it');
    const asked = await card(panel, 'read');
    await asked.getByText('.env').first().waitFor();
    await scene.gw.screenshot('policy-read');
    await press(asked, 'reject');
    expect(await told(scene, 1)).toContain('Not read: the person declined.');
  });

  it('shows what a command changed of files that start programs, and takes it back', async () => {
    const command =
      "mkdir -p .github/workflows && node -e \"require('fs').writeFileSync('.github/workflows/x.yml', 'on: push')\"";
    const scene = await open({ 'a.txt': 'one\n' }, [
      { toolCalls: [call('run', { command })] },
      { toolCalls: [finish] },
    ]);
    const panel = await runGoal(scene, 'Build it');
    await accept(panel, 'command');
    const asked = await card(panel, 'watched');
    await asked.getByText('.github/workflows/x.yml').first().waitFor();
    await scene.gw.screenshot('policy-watched');
    expect(readFileSync(path.join(scene.folder, '.github/workflows/x.yml'), 'utf8')).toBe('on: push');
    await press(asked, 'reject');
    expect(await told(scene, 1)).toContain('which the person took back');
    expect(existsSync(path.join(scene.folder, '.github/workflows/x.yml'))).toBe(false);
  });
});
