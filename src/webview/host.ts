/** The way to the host, and the only state a view keeps of its own: text that is typed and not yet sent. */
import * as z from 'zod';
import type { FromView } from '../agent/protocol.ts';

const Drafts = z.record(z.string(), z.string());

interface VsCodeApi {
  postMessage(message: FromView): void;
  getState(): unknown;
  setState(state: z.infer<typeof Drafts>): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

const vscode = acquireVsCodeApi();
const kept = Drafts.safeParse(vscode.getState());
let drafts = kept.success ? kept.data : {};

export const post = (message: FromView): void => vscode.postMessage(message);

/** Keys: `goal`, `say`, `reason:<approval>`, `answer:<question>`. */
export const draftOf = (key: string): string => drafts[key] ?? '';

export function keepDraft(key: string, text: string): void {
  const { [key]: _, ...others } = drafts;
  drafts = text === '' ? others : { ...others, [key]: text };
  vscode.setState(drafts);
}

/** Forgets the drafts whose card is gone. */
export function pruneDrafts(isOpen: (key: string) => boolean): void {
  const open = Object.entries(drafts).filter(([key]) => isOpen(key));
  if (open.length === Object.keys(drafts).length) return;
  drafts = Object.fromEntries(open);
  vscode.setState(drafts);
}
