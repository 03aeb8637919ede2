/**
 * What a change will make of a file, to the byte, before anything is written. The base is what the person sees: the unsaved
 * text of an open editor if there is one, else the disk. The approval binds to the result; `rebase` carries it over to a file
 * that changed meanwhile, as a new proposal to be shown again.
 */
import { hashOf } from '../hash.ts';
import { resolverOf, unresolvedText } from '../policy/placeholders.ts';
import { type Redact, secretsIn } from '../policy/secret.ts';
import type { FileContent, Hash, ResolvedPath } from '../ports.ts';
import type { Proposal, Refusal } from '../tools/tool.ts';
import { alertsIn } from './alerts.ts';
import { applyChunks, type Chunk } from './chunks.ts';
import { elisionIn } from './elision.ts';
import { hiddenCharacters } from './hidden.ts';
import { addedLines, countChanges } from './hunks.ts';
import { adoptEols, eolNear, fromMac, hasOneEol, isMac, toLf, toMac } from './lines.ts';
import { type Edit, locate } from './locate.ts';
import { merge3 } from './merge.ts';
import { decode, encode, MAX_BYTES, newFile, sameBytes, type TextFile } from './text-file.ts';

export type Wanted =
  | { readonly text: string }
  | { readonly edits: readonly Edit[] }
  | { readonly chunks: readonly Chunk[] };

/** A proposal and what the model should know of how it came about. */
export interface Proposed extends Proposal {
  readonly kind: 'proposed';
  readonly notes: readonly string[];
}

/** One whose file will be there. */
type Kept = { readonly after: Uint8Array; readonly afterHash: Hash };

/**
 * `content`: undefined when there is no file, which only `text` may create, in `encoding`. `redact`: what the model sees
 * the file through. Nothing is half done: all edits or a refusal.
 */
export function propose(
  path: ResolvedPath,
  content: FileContent | undefined,
  wanted: Wanted,
  { encoding = content?.encoding, redact }: { readonly encoding?: string | undefined; readonly redact?: Redact } = {},
): (Proposed & Kept) | Refusal {
  const name = path.relative ?? path.real;
  const refuse = (forModel: string): Refusal => ({
    kind: 'refusal',
    forModel: `Not changed: ${forModel}`,
    title: `${name}: not changed`,
  });
  const base = content ? baseOf(content) : { ...newFile(encoding), text: '' };
  if ('fault' in base) return refuse(`${name} ${base.fault}`);
  const resolved = withSecrets(wanted, base.text, name, redact);
  if ('fault' in resolved) return refuse(resolved.fault);
  const result = (isMac(base.text) ? newMacText : newText)(base.text, content !== undefined, resolved, name);
  if ('fault' in result) return refuse(result.fault);
  const after = encode(result.text, base);
  if ('fault' in after) return refuse(`${name} ${after.fault}.`);
  if (after.length > MAX_BYTES) return refuse(`${name} would be larger than 50 MB.`);
  if (content && sameBytes(after, content.bytes)) {
    return refuse(
      `${name} has exactly this content ${content.unsaved === undefined ? 'already' : 'on disk; what differs is unsaved work of the person'}.`,
    );
  }
  const broken = brokenNotebook(name, result.text);
  if (broken) return refuse(broken);
  return {
    ...assemble(
      { path: name, real: path.real },
      content,
      base.text,
      { after, encoding, text: result.text },
      linkWarnings(path),
    ),
    kind: 'proposed',
    notes: result.notes,
  };
}

/** The same with the file's own secrets in place of their names. */
function withSecrets(wanted: Wanted, text: string, path: string, redact?: Redact): Wanted | { readonly fault: string } {
  const given = JSON.stringify(wanted);
  if (secretsIn(given).length === 0) return wanted;
  const { resolve, unknown } = resolverOf(text, redact);
  const names = unknown(given);
  if (names.length > 0) return { fault: unresolvedText(names, path) };
  if ('text' in wanted) return { text: resolve(wanted.text) };
  if ('edits' in wanted)
    return { edits: wanted.edits.map(({ old, new: put }) => ({ old: resolve(old), new: resolve(put) })) };
  return {
    chunks: wanted.chunks.map((chunk) => ({
      ...chunk,
      anchors: chunk.anchors.map(resolve),
      // A key has several lines.
      lines: chunk.lines.flatMap((line) =>
        resolve(line.text)
          .split('\n')
          .map((part) => ({ ...line, text: part })),
      ),
    })),
  };
}

/** A deletion: what is lost is shown. */
export function proposeDeletion(path: ResolvedPath, content: FileContent): Proposed {
  const file = decode(content.bytes, content.encoding);
  const removed = 'text' in file ? countChanges(file.text, '').removed : 0;
  return {
    kind: 'proposed',
    path: path.relative ?? path.real,
    real: path.real,
    before: content.bytes,
    beforeHash: hashOf(content.bytes),
    after: undefined,
    afterHash: undefined,
    added: 0,
    removed,
    savesUnsaved: false,
    warnings: [
      'fault' in file ? [`${shownSize(content.bytes)} that cannot be shown: it ${file.fault}.`] : [],
      linkWarnings(path),
    ].flat(),
    notes: [],
  };
}

/** A file goes to another path, where nothing is, with another text if `wanted`. */
export function proposeMove(
  path: ResolvedPath,
  content: FileContent,
  to: ResolvedPath,
  wanted: Wanted | undefined,
  redact?: Redact,
): Proposed | Refusal {
  const from = { path: path.relative ?? path.real, real: path.real };
  const target = { path: to.relative ?? to.real, real: to.real };
  const changed = wanted && propose(path, content, wanted, { ...(redact && { redact }) });
  if (changed?.kind === 'refusal') return changed;
  if (changed) return { ...changed, ...target, from };
  const hash = hashOf(content.bytes);
  return {
    kind: 'proposed',
    ...target,
    from,
    before: content.bytes,
    beforeHash: hash,
    after: content.bytes,
    afterHash: hash,
    added: 0,
    removed: 0,
    savesUnsaved: false,
    warnings: linkWarnings(path),
    notes: [],
  };
}

const shownSize = ({ length }: Uint8Array): string =>
  length < 1024 ? `${length} bytes` : `${Math.round(length / 1024)} KB`;

/** True when the file, and the editor's unsaved text of it, are still what the proposal was made from. */
export function isCurrent(proposal: Proposal, now: FileContent | undefined): boolean {
  return (now && hashOf(now.bytes)) === proposal.beforeHash && now?.unsaved === proposal.unsaved;
}

export type Rebased =
  | { readonly kind: 'merged'; readonly proposal: Proposal & Kept }
  /** `reason` ends a sentence that begins with the file's name. */
  | { readonly kind: 'conflict'; readonly reason: string };

/** The same change on the file as it is now, when it touches other lines than what happened meanwhile. */
export function rebase(proposal: Proposal, now: FileContent | undefined): Rebased {
  const conflict = (reason: string): Rebased => ({ kind: 'conflict', reason });
  if (!now) return conflict('was deleted meanwhile');
  if (!proposal.before) return conflict('was created by someone else meanwhile');
  if (!proposal.after || proposal.from) return conflict('was changed meanwhile');
  const was = decode(proposal.before, now.encoding);
  const wanted = decode(proposal.after, now.encoding);
  const theirs = baseOf(now);
  if ('fault' in was || 'fault' in wanted || 'fault' in theirs) return conflict('is no longer text that can be merged');
  const text = merge3(proposal.unsaved ?? was.text, wanted.text, theirs.text);
  if (text === undefined) return conflict('was changed meanwhile in the same place');
  const after = encode(text, theirs);
  if ('fault' in after) return conflict(`${after.fault}`);
  if (sameBytes(after, now.bytes)) return conflict('has this change already');
  const kept = proposal.warnings.filter((warning) => warning.startsWith(LINKS));
  return {
    kind: 'merged',
    proposal: assemble(proposal, now, theirs.text, { after, encoding: now.encoding, text }, kept),
  };
}

/** The text a change starts from, in the encoding of the file on disk. */
function baseOf(content: FileContent): TextFile | { readonly fault: string } {
  const file = decode(content.bytes, content.encoding);
  if ('fault' in file) return { fault: `${file.fault}: it cannot be edited as text.` };
  if (content.unsaved === undefined) return file;
  if (!hasOneEol(file.text))
    return {
      fault: 'has mixed line endings and unsaved changes in the editor. Ask the person to save or revert it first.',
    };
  return { ...file, text: content.unsaved };
}

interface NewText {
  readonly text: string;
  readonly notes: readonly string[];
}

function newMacText(base: string, exists: boolean, wanted: Wanted, name: string): NewText | { readonly fault: string } {
  const plain: Wanted =
    'text' in wanted
      ? { text: fromMac(wanted.text) }
      : 'chunks' in wanted
        ? wanted
        : { edits: wanted.edits.map((edit) => ({ old: fromMac(edit.old), new: fromMac(edit.new) })) };
  const result = newText(fromMac(base), exists, plain, name);
  return 'fault' in result ? result : { ...result, text: toMac(result.text) };
}

function newText(base: string, exists: boolean, wanted: Wanted, name: string): NewText | { readonly fault: string } {
  if (!('text' in wanted)) {
    if (!exists) return { fault: `${name} does not exist. Use write to create it.` };
    const located = 'edits' in wanted ? locate(base, wanted.edits) : applyChunks(base, wanted.chunks);
    return located.kind === 'located' ? located : { fault: `${name}: ${located.message}` };
  }
  const mark = elisionIn(wanted.text);
  if (mark && !base.includes(mark.text))
    return {
      fault: `content line ${mark.line} (${mark.text}) stands for text left out. Write the whole file, or use edit.`,
    };
  const text = exists ? adoptEols(base, wanted.text, eolNear(base, 0, 0)) : wanted.text;
  if (exists && text === base)
    return {
      fault: `${name} has exactly this content already (line endings are kept; to convert them use a command).`,
    };
  return { text, notes: [] };
}

/** Counts and shown lines are disk against result, since that is what a yes writes; warnings are about what is new. */
function assemble(
  { path, real }: Pick<Proposal, 'path' | 'real'>,
  content: FileContent | undefined,
  base: string,
  {
    after,
    encoding,
    text: given,
  }: { readonly after: Uint8Array; readonly encoding: string | undefined; readonly text: string },
  warnings: readonly string[],
): Proposal & Kept {
  const before = content ? decode(content.bytes, content.encoding) : { text: '' };
  const is = decode(after, encoding);
  const old = 'text' in before ? before.text : '';
  // What no longer looks like text is still looked at.
  const text = 'text' in is ? is.text : given;
  const added = addedLines(old, text);
  const alerts = [...alertsIn(path, added), ...hiddenCharacters(added)];
  return {
    path,
    real,
    before: content?.bytes,
    beforeHash: content && hashOf(content.bytes),
    after,
    afterHash: hashOf(after),
    ...countChanges(old, text),
    savesUnsaved: content?.unsaved !== undefined,
    ...(content?.unsaved !== undefined && { unsaved: content.unsaved }),
    warnings: [...warnings, ...lostWarnings(old, base, text), ...alerts, ...eolWarnings(old)],
    ...(alerts[0] !== undefined && { alert: alerts[0] }),
  };
}

/** Warnings that are about the path, not the text, start with one of these words. */
const LINKS = 'Link: ';

function linkWarnings(path: ResolvedPath): string[] {
  const warnings: string[] = [];
  if (path.lexical !== path.relative) warnings.push(`${LINKS}${path.given} leads to ${path.real}.`);
  if (path.links > 1) warnings.push(`${LINKS}the file has ${path.links} names (hard links); all of them change.`);
  return warnings;
}

/** A person's unsaved lines that the change takes out again. */
function lostWarnings(disk: string, base: string, after: string): string[] {
  if (disk === base) return [];
  const kept = new Set(toLf(after).split('\n'));
  const lost = addedLines(toLf(disk), toLf(base)).filter(({ text }) => text.trim() !== '' && !kept.has(text)).length;
  return lost > 0 ? [`Replaces ${lost} of your own unsaved lines.`] : [];
}

const eolWarnings = (before: string): string[] =>
  hasOneEol(before) ? [] : ['Mixed line endings are kept: written on disk, outside the undo of the editor.'];

function brokenNotebook(name: string, text: string): string | undefined {
  if (!name.toLowerCase().endsWith('.ipynb')) return undefined;
  try {
    const notebook: unknown = JSON.parse(text);
    if (typeof notebook === 'object' && notebook !== null && 'cells' in notebook && Array.isArray(notebook.cells))
      return undefined;
    return `${name} would be no notebook: it needs a "cells" list.`;
  } catch (error) {
    return `${name} would not be valid JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
