/** The editor's own accidents: its extension host is killed, its folder is taken away. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { row } from '../unit/journal/cases.ts';
import { accept, call, card, projectFolder, reported, runGoal, sharedWindow } from './scene.ts';

const open = sharedWindow();
const edit = call('edit', { path: 'a.txt', edits: [{ old: 'one', new: 'two' }] });
const finish = call('finish', { summary: 'It says two.' });

describe('a workspace of two folders', () => {
  it(
    row(
      'ho-folder-removed',
      'the one that is worked in is removed: the run stops, changes nothing, and is back with its folder',
    ),
    async () => {
      const scene = await open({ 'a.txt': 'one\n' }, [{ toolCalls: [edit] }, { toolCalls: [finish] }]);
      const { gw } = scene;
      const other = projectFolder({ 'b.txt': 'b\n' });
      const file = path.join(projectFolder({}), 'two.code-workspace');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ folders: [{ path: scene.folder }, { path: other }] }));
      await gw.openFolder(file);
      const panel = await runGoal(scene, 'Make it two');
      await card(panel, 'edit');

      await gw.bridge.call(({ vscode }) => vscode.workspace.updateWorkspaceFolders(0, 1)).catch(() => undefined);
      // Without its first folder the editor starts its extensions anew.
      await panel.getByTestId('approval').waitFor({ state: 'detached' });
      expect(scene.file('a.txt')).toBe('one\n');
      await gw.screenshot('crash-folder-removed');

      await gw.openFolder(scene.folder);
      const again = await gw.panel();
      await accept(again, 'edit');
      await reported(again, 'done');
      expect(scene.file('a.txt')).toBe('two\n');
    },
  );
});

describe('the extension host', () => {
  it(
    row(
      'ho-exthost-crash',
      'killed in the middle of a turn: the run is shown as interrupted, and goes on with one click',
    ),
    async () => {
      const scene = await open({ 'a.txt': 'one\n' }, [{ toolCalls: [edit] }]);
      const { gw, server, first } = scene;
      const held = server.hold();
      await runGoal(scene, 'Make it two');
      await held.request;
      await gw.bridge.call(() => process.kill(process.pid, 'SIGKILL')).catch(() => undefined);
      held.release();
      await gw.reload();

      const panel = await gw.panel();
      const resume = panel.getByTestId('resume');
      await resume.waitFor();
      await gw.screenshot('crash-interrupted');
      expect(server.requests.length).toBe(first + 1);
      server.answer({ toolCalls: [edit] }, { toolCalls: [finish] });
      await resume.click();
      await accept(panel, 'edit');
      await reported(panel, 'done');
      expect(scene.file('a.txt')).toBe('two\n');
    },
  );
});
