/**
 * Files as they were at a checkpoint, for the left side of a diff, read-only: `goalwright-was:<the file's own path>?<run>/<checkpoint>/
 * <path below the root>`. With another path the editor would show the file as renamed.
 */
import * as vscode from 'vscode';
import { decode } from '../../agent/edit/text-file.ts';
import { encodingOf } from '../ports/documents.ts';
import type { Timeline } from './timeline.ts';

const SCHEME = 'goalwright-was';

/** `now`: the file itself. */
export const wasUri = (run: string, checkpoint: string, path: string, now: vscode.Uri): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEME, path: now.path, query: `${run}/${checkpoint}/${path}` });

export const provideWas = (timeline: Timeline): vscode.Disposable =>
  vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    async provideTextDocumentContent(uri) {
      const [run = '', checkpoint = '', ...path] = uri.query.split('/');
      const bytes = await timeline.was(run, checkpoint, path.join('/'));
      const file = bytes && decode(bytes, encodingOf([vscode.Uri.file(uri.path)]));
      if (file && 'text' in file) return file.text;
      return bytes ? vscode.l10n.t('(binary, {0} bytes)', bytes.length) : '';
    },
  });
