/** Files as they were at a checkpoint, for the left side of a diff: `goalwright-was://<run>/<checkpoint>/<path>`. Read-only. */
import * as vscode from 'vscode';
import { decode } from '../../agent/edit/text-file.ts';
import type { Timeline } from './timeline.ts';

const SCHEME = 'goalwright-was';

export const wasUri = (run: string, checkpoint: string, path: string): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEME, authority: run, path: `/${checkpoint}/${path}` });

export const provideWas = (timeline: Timeline): vscode.Disposable =>
  vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent(uri) {
      const [, checkpoint = '', ...path] = uri.path.split('/');
      const bytes = await timeline.was(checkpoint, path.join('/'));
      const file = bytes && decode(bytes);
      if (file && 'text' in file) return file.text;
      return bytes ? vscode.l10n.t('(binary, {0} bytes)', bytes.length) : '';
    },
  });
