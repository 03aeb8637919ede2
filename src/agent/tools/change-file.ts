/**
 * What `edit` and `write` share: look at the file, propose, and write exactly what was accepted. Everything that says what is
 * in a file, or that it exists, is answered only as a *read* of it, so that policy judges it before the model learns anything.
 */

import { countChanges, patchText } from '../edit/hunks.ts';
import { isCurrent, type Proposed, propose, type Wanted } from '../edit/proposal.ts';
import { decode, sameBytes } from '../edit/text-file.ts';
import { hashOf } from '../hash.ts';
import type { FileContent, ResolvedPath, Workspace } from '../ports.ts';
import { suggestNames } from './suggest.ts';
import type { PerformContext, Prepared, Proposal, Refusal, ToolResult } from './tool.ts';

export async function prepareChange(given: string, wanted: Wanted, workspace: Workspace): Promise<Prepared | Refusal> {
  const path = await workspace.resolve(given);
  if ('fault' in path)
    return { kind: 'refusal', title: `${given}: not changed`, forModel: `Not changed: ${path.fault}` };
  const name = path.relative ?? path.real;
  const answer = (text: string) =>
    answered(path, { ok: false, title: `${name}: not changed`, forModel: `Not changed: ${text}` });
  if (path.kind === 'directory' || /[\\/]$/.test(given)) return answer(`${given} is a folder. Name a file in it.`);
  if (path.kind === 'other') return answer(`${given} is not a regular file.`);
  const content = await workspace.read(path.real);
  if (content && 'fault' in content) return answer(`${name}: ${content.fault}`);
  if (!content && 'edits' in wanted)
    return answer(`${name} does not exist.${await suggestNames(path.real, workspace)} Use write to create it.`);
  const proposal = propose(path, content, wanted);
  if (proposal.kind === 'refusal')
    return answered(path, { ok: false, title: proposal.title, forModel: proposal.forModel });
  return acting(path, proposal, content?.encoding, workspace);
}

/** An answer about a file, given when reading that file is allowed. */
const answered = (path: ResolvedPath, result: ToolResult): Prepared => ({
  kind: 'act',
  actions: [{ kind: 'read', path }],
  title: result.title,
  effect: { kind: 'none' },
  perform: async () => result,
});

const acting = (
  path: ResolvedPath,
  proposed: Proposed,
  encoding: string | undefined,
  workspace: Workspace,
): Prepared => ({
  kind: 'act',
  actions: [{ kind: 'edit', path }],
  title: `${proposed.before ? 'Edit' : 'Create'} ${proposed.path} (${size(proposed)})`,
  effect: { kind: 'edit', proposal: proposed },
  intent: {
    kind: 'edit',
    path: proposed.path,
    ...(proposed.beforeHash && { before: proposed.beforeHash }),
    after: proposed.afterHash,
  },
  perform: (context) => perform(context.proposal ?? proposed, context, { notes: proposed.notes, encoding, workspace }),
});

interface Origin {
  readonly notes: readonly string[];
  readonly encoding: string | undefined;
  readonly workspace: Workspace;
}

async function perform(
  proposal: Proposal,
  context: PerformContext,
  { notes, encoding, workspace }: Origin,
): Promise<ToolResult> {
  const { path, real, beforeHash } = proposal;
  const not = (reason: string): ToolResult => ({
    ok: false,
    title: `${path}: not changed`,
    forModel: `${path} was NOT changed: ${reason}`,
  });
  const after = context.accepted ?? proposal.after;
  if (context.signal.aborted) return not('the run was stopped.');
  if (proposal.before && sameBytes(after, proposal.before))
    return not('the person took every change out before accepting.');
  const now = await workspace.read(real);
  if (now && 'fault' in now) return not(`${now.fault} Nothing was written.`);
  if (!isCurrent(proposal, now))
    return not(`${stale(proposal, now)} Read it again and make the edit on what it holds now.`);
  const applied = await workspace.apply({
    path: real,
    before: beforeHash,
    after,
    savesUnsaved: proposal.savesUnsaved,
    ...(proposal.unsaved !== undefined && { unsaved: proposal.unsaved }),
  });
  if (applied.kind === 'stale') return not(`${applied.reason}. Read it again and make the edit on what it holds now.`);
  if (applied.kind === 'failed')
    return not(`${applied.reason}. Do not retry unchanged; if you cannot remove the cause, tell the person.`);
  const text = (bytes: Uint8Array | undefined) => textOf(bytes, encoding);
  const patch = (from: Uint8Array, to: Uint8Array) => patchText(path, text(from), text(to));
  const lines = [
    `${proposal.before ? 'Wrote' : 'Created'} ${path} (${size(countChanges(text(proposal.before), text(applied.bytes)))}).`,
    ...notes,
  ];
  if (!sameBytes(after, proposal.after))
    lines.push(`The person changed your text before accepting it:\n${patch(proposal.after, after)}`);
  if (!sameBytes(applied.bytes, after))
    lines.push(`The editor changed it on saving (formatter); the file now differs by:\n${patch(after, applied.bytes)}`);
  return {
    ok: true,
    title: lines[0] ?? path,
    forModel: lines.join('\n'),
    changes: [{ path, ...(beforeHash && { before: beforeHash }), after: applied.hash }],
  };
}

function stale({ before, beforeHash }: Proposal, now: FileContent | undefined): string {
  if (!now) return 'it was deleted meanwhile.';
  if (!before) return 'it was created by someone else meanwhile.';
  return hashOf(now.bytes) === beforeHash ? 'the person is typing in it.' : 'it was changed meanwhile.';
}

function textOf(bytes: Uint8Array | undefined, encoding: string | undefined): string {
  const file = bytes && decode(bytes, encoding);
  return file && 'text' in file ? file.text : '';
}

const size = ({ added, removed }: Pick<Proposal, 'added' | 'removed'>): string => `+${added} \u2212${removed}`;
