/**
 * Writes what was accepted and says what came of it. Before the first byte every file is looked at once more; when a later
 * one fails all the same, the earlier ones are put back, so that a call of several files leaves none of them half done.
 */

import { rejectedText } from '../context/prompt.ts';
import { countChanges, patchText } from '../edit/hunks.ts';
import { isCurrent } from '../edit/proposal.ts';
import { decode, encode, sameBytes } from '../edit/text-file.ts';
import { hashOf } from '../hash.ts';
import type { Change } from '../journal/event.ts';
import type { Applied, FileChange, FileContent, Workspace } from '../ports.ts';
import type { Decided, Proposal, ToolResult } from './tool.ts';

export interface Origin {
  readonly notes: readonly string[];
  readonly encoding: string | undefined;
}

interface Context {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
}

interface Part extends Decided, Origin {}

interface Written {
  readonly part: Part;
  readonly bytes: Uint8Array | undefined;
}

/** Of each origin the decided proposal stands at the same place. */
export async function applyAll(
  decided: readonly Decided[],
  origins: readonly Origin[],
  { workspace, signal }: Context,
): Promise<ToolResult> {
  const parts = decided.map(
    (one, index): Part => ({ ...one, ...(origins[index] ?? { notes: [], encoding: undefined }) }),
  );
  const wanted = parts.filter(({ verdict }) => verdict.kind === 'accept');
  const emptied = wanted.filter(isEmptied);
  const toWrite = wanted.filter((part) => !isEmptied(part));
  const nothing = (path: string, reason: string): ToolResult => ({
    ok: false,
    title: `${path}: not changed`,
    forModel: [
      `${path} was NOT changed: ${reason}`,
      ...(parts.length > 1 ? ['Nothing of this call was written.'] : []),
    ].join('\n'),
  });
  const [first] = toWrite;
  if (signal.aborted && first) return nothing(first.proposal.path, 'the run was stopped.');
  for (const { proposal } of toWrite) {
    const now = await workspace.read(proposal.from?.real ?? proposal.real);
    if (now && 'fault' in now) return nothing(proposal.path, `${now.fault} Nothing was written.`);
    if (!isCurrent(proposal, now))
      return nothing(
        proposal.path,
        `${staleText(proposal, now)} Read it again and make the edit on what it holds now.`,
      );
  }
  const written: Written[] = [];
  for (const part of toWrite) {
    const applied = await workspace.apply(changeOf(part));
    if (applied.kind === 'applied') {
      written.push({ part, bytes: applied.bytes });
      continue;
    }
    const kept = await putBack(written, workspace);
    const result = nothing(part.proposal.path, failureText(applied));
    return kept.length === 0
      ? result
      : {
          ...result,
          forModel: `${result.forModel.replace('\nNothing of this call was written.', '')}\nAlready written, and it stands: ${kept.map(({ part: { proposal } }) => proposal.path).join(', ')}.`,
          changes: kept.flatMap(({ part, bytes }) => changesOf(part.proposal, bytes)),
        };
  }
  return resultOf(parts, written, emptied);
}

const isEmptied = ({ proposal, verdict }: Part): boolean =>
  verdict.kind === 'accept' &&
  proposal.from === undefined &&
  proposal.before !== undefined &&
  verdict.bytes !== undefined &&
  sameBytes(verdict.bytes, proposal.before);

const bytesOf = ({ verdict }: Part): Uint8Array | undefined => (verdict.kind === 'accept' ? verdict.bytes : undefined);

function changeOf(part: Part): FileChange {
  const { real, from, beforeHash, unsaved } = part.proposal;
  return {
    path: real,
    ...(from && { from: from.real }),
    before: beforeHash,
    after: bytesOf(part),
    ...(unsaved !== undefined && { unsaved }),
  };
}

/** Takes back what this call has written so far. Returns what could not be, or is not as it was: unsaved text is saved by then. */
async function putBack(written: readonly Written[], workspace: Workspace): Promise<readonly Written[]> {
  const kept: Written[] = [];
  for (const one of written.toReversed()) {
    const { proposal } = one.part;
    const after = beforeOf(one.part);
    const undone = await workspace.apply({
      path: proposal.from?.real ?? proposal.real,
      ...(proposal.from && { from: proposal.real }),
      before: one.bytes && hashOf(one.bytes),
      after,
    });
    if (undone.kind !== 'applied') kept.push(one);
    else if (proposal.unsaved !== undefined) kept.push({ ...one, bytes: after });
  }
  return kept;
}

/** What a file held; of one with unsaved text in the editor that text, for it is the person's work. */
function beforeOf({ proposal: { before, unsaved }, encoding }: Part): Uint8Array | undefined {
  if (unsaved === undefined || !before) return before;
  const file = decode(before, encoding);
  const bytes = 'text' in file ? encode(unsaved, file) : file;
  return 'fault' in bytes ? before : bytes;
}

function resultOf(parts: readonly Part[], written: readonly Written[], emptied: readonly Part[]): ToolResult {
  const lines = written.flatMap(writtenText);
  for (const { proposal, remarks } of emptied)
    lines.push(
      `${proposal.path} was NOT changed: the person took every change out before accepting.`,
      ...(remarks ? [remarks] : []),
    );
  for (const { proposal, verdict, remarks } of parts)
    if (verdict.kind === 'reject') lines.push(refusedText(proposal, verdict.reason, remarks));
  const [title = 'Nothing was changed'] = lines;
  return {
    ok: written.length > 0,
    title: (written.length > 1 ? `Wrote ${written.length} files` : title).split('\n')[0] ?? title,
    forModel: lines.join('\n'),
    ...(written.length > 0 && { changes: written.flatMap(({ part, bytes }) => changesOf(part.proposal, bytes)) }),
  };
}

export const refusedText = (proposal: Proposal, reason: string | undefined, remarks: string): string =>
  `${rejectedText(whatOf(proposal), reason)}${remarks ? `\n${remarks}` : ''}`;

/** "this change of a.ts", for a sentence about a decision. */
function whatOf({ path, from, after }: Proposal): string {
  if (from) return `moving ${from.path} to ${path}`;
  return after ? `this change of ${path}` : `deleting ${path}`;
}

/** What writing these bytes changes; a move is a file that goes and one that comes. `undefined`: it is deleted. */
export function changesOf({ path, from, beforeHash }: Proposal, bytes: Uint8Array | undefined): Change[] {
  const before = beforeHash && { before: beforeHash };
  const after = bytes && { after: hashOf(bytes) };
  return from
    ? [
        { path: from.path, ...before },
        { path, ...after },
      ]
    : [{ path, ...before, ...after }];
}

function writtenText({ part, bytes }: Written): string[] {
  const { proposal, notes, encoding, remarks } = part;
  const { path, from } = proposal;
  const text = (of: Uint8Array | undefined) => textOf(of, encoding);
  const patch = (old: Uint8Array | undefined, to: Uint8Array | undefined) => patchText(path, text(old), text(to));
  const size = () => {
    const { added, removed } = countChanges(text(proposal.before), text(bytes));
    return `(+${added} \u2212${removed})`;
  };
  const accepted = bytesOf(part);
  const lines = [firstLine(), ...notes];
  if (accepted && proposal.after && !sameBytes(accepted, proposal.after))
    lines.push(`The person changed your text before accepting it:\n${patch(proposal.after, accepted)}`);
  if (accepted && bytes && !sameBytes(bytes, accepted))
    lines.push(`The editor changed it on saving (formatter); the file now differs by:\n${patch(accepted, bytes)}`);
  return remarks ? [...lines, remarks] : lines;

  function firstLine(): string {
    if (!bytes) return `Deleted ${path}.`;
    if (!from) return `${proposal.before ? 'Wrote' : 'Created'} ${path} ${size()}.`;
    const same = proposal.before !== undefined && sameBytes(proposal.before, bytes);
    return `Moved ${from.path} to ${path}${same ? '' : `, with changes ${size()}`}.`;
  }
}

const failureText = (applied: Exclude<Applied, { kind: 'applied' }>): string =>
  applied.kind === 'stale'
    ? `${applied.reason}. Read it again and make the edit on what it holds now.`
    : `${applied.reason}. Do not retry unchanged; if you cannot remove the cause, tell the person.`;

function staleText({ before, beforeHash }: Proposal, now: FileContent | undefined): string {
  if (!now) return 'it was deleted meanwhile.';
  if (!before) return 'it was created by someone else meanwhile.';
  return hashOf(now.bytes) === beforeHash ? 'the person is typing in it.' : 'it was changed meanwhile.';
}

function textOf(bytes: Uint8Array | undefined, encoding: string | undefined): string {
  const file = bytes && decode(bytes, encoding);
  return file && 'text' in file ? file.text : '';
}
