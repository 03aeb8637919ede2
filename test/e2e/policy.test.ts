/** What is asked, why, and what a yes is remembered as; guarded files; what a command changed behind an approval. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

  it('holds a command to the domains on the list, and says so on its card', async () => {
    const site = createServer((_, response) => response.end('the site answers'));
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const { port } = site.address() as AddressInfo;
    const ask = (host: string) =>
      `const p = new URL(process.env.HTTP_PROXY); require('http').get({ host: p.hostname, port: p.port, path: 'http://${host}/', headers: { 'proxy-authorization': 'Basic ' + btoa(p.username + ':' + p.password) } }, (r) => r.on('data', (b) => console.log(r.statusCode + ' ' + b)))`;
    const command = `node -e "${ask(`localhost:${port}`)}" && node -e "${ask('example.org')}"`;
    const scene = await open({ 'a.txt': 'one\n' }, [
      { toolCalls: [call('run', { command, network: true })] },
      { toolCalls: [finish] },
    ]);
    await scene.gw.bridge.call(
      ({ vscode, arg }) =>
        vscode.workspace
          .getConfiguration('goalwright')
          .update('allowedDomains', [arg], vscode.ConfigurationTarget.Global),
      `http://localhost:${port}`,
    );
    const panel = await runGoal(scene, 'Ask the site');
    const asked = await card(panel, 'command');
    await expect
      .poll(() => asked.getByTestId('confinement').textContent())
      .toContain(`In the sandbox, with these domains only: http://localhost:${port}`);
    await scene.gw.screenshot('policy-domains');
    await press(asked, 'accept');
    const answer = await told(scene, 1);
    expect(answer).toContain('200 the site answers');
    expect(answer).toContain('403');
    await new Promise((resolve) => site.close(resolve));
    scene.gw.resetSettings();
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
