/** The run in the output channel, in AutoGPT's form. */
import type * as vscode from 'vscode';
import { logLines } from '../agent/log.ts';
import type { Session } from './session.ts';

export function openRunLog(session: Session, log: vscode.LogOutputChannel): vscode.Disposable {
  return session.onEvent(({ event, state }) => {
    for (const line of logLines(event, state, session.redact)) log.info(line);
  });
}
