/**
 * What the tools that change files share: look at the files, propose, and write exactly what was accepted. Everything that
 * says what is in a file, or that it exists, is answered only as a *read* of it, so that policy judges it before the model
 * learns anything. Of several files all can be changed as asked, or nothing is proposed.
 */
import { type Proposed, propose, proposeDeletion, proposeMove, type Wanted } from '../edit/proposal.ts';
import type { ResolvedPath } from '../ports.ts';
import { applyAll } from './apply-changes.ts';
import { suggestNames } from './suggest.ts';
import type { Action, Prepared, Proposal, Refusal, ToolContext, ToolResult } from './tool.ts';

type Context = Pick<ToolContext, 'workspace' | 'redact'>;

/** What a call wants of one file. */
export type FileWish =
  /** `isNew`: nothing may be there yet. */
  | { readonly kind: 'text'; readonly path: string; readonly wanted: Wanted; readonly isNew?: boolean }
  | { readonly kind: 'delete'; readonly path: string }
  /** `wanted`: its text is changed on the way. */
  | { readonly kind: 'move'; readonly path: string; readonly to: string; readonly wanted?: Wanted };

interface Found {
  readonly proposal: Proposed;
  readonly encoding: string | undefined;
  readonly actions: readonly Action[];
}

export const prepareChange = (path: string, wanted: Wanted, context: Context): Promise<Prepared | Refusal> =>
  prepareChanges([{ kind: 'text', path, wanted }], context);

export async function prepareChanges(wishes: readonly FileWish[], files: Context): Promise<Prepared | Refusal> {
  const { workspace } = files;
  const found: Found[] = [];
  const each = await Promise.all(
    wishes.map((wish) => (wish.kind === 'delete' ? filesOf(wish.path, workspace) : [wish])),
  );
  const large = each.findIndex((files) => files.length > MAX_DELETED);
  if (large >= 0)
    return {
      kind: 'refusal',
      title: `${wishes[large]?.path}: not deleted`,
      forModel: `Not deleted: ${wishes[large]?.path} holds more than ${MAX_DELETED} files. Delete parts of it, or tell the person.`,
    };
  for (const wish of each.flat()) {
    const one = await understand(wish, files);
    if ('kind' in one) return one;
    found.push(one);
  }
  const twice = found.find(({ proposal: { real } }, index) =>
    found.some((other, at) => at !== index && (other.proposal.real === real || other.proposal.from?.real === real)),
  );
  if (twice) {
    const { path } = twice.proposal;
    return { kind: 'refusal', title: `${path}: not changed`, forModel: `Not changed: ${path} is named twice.` };
  }
  const proposals = found.map(({ proposal }) => proposal);
  return {
    kind: 'act',
    actions: found.flatMap(({ actions }) => actions),
    title: titleOf(proposals),
    effect: { kind: 'edit', proposals },
    perform: (context) => {
      const decided =
        context.decided ?? proposals.map((proposal) => ({ proposal, remarks: '', verdict: yes(proposal) }));
      const origins = found.map(({ proposal: { notes }, encoding }) => ({ notes, encoding }));
      return applyAll(decided, origins, { workspace, signal: context.signal });
    },
  };
}

/** Files of a folder that one call may delete: each of them is shown. */
const MAX_DELETED = 100;

/** A folder stands for the files in it; links in it are not followed, and are answered one by one. */
async function filesOf(given: string, workspace: Context['workspace']): Promise<readonly FileWish[]> {
  const at = await workspace.resolve(given);
  if ('fault' in at || at.kind !== 'directory' || at.relative === undefined || at.lexical !== at.relative)
    return [{ kind: 'delete', path: given }];
  const found: FileWish[] = [];
  const folders = [at];
  for (let folder = folders.pop(); folder && found.length <= MAX_DELETED; folder = folders.pop()) {
    for (const name of await workspace.list(folder.real)) {
      const inner = await workspace.resolve(`${folder.real}/${name.replace(/\/$/, '')}`);
      if ('fault' in inner) continue;
      if (inner.kind === 'directory' && inner.lexical === inner.relative) folders.push(inner);
      else found.push({ kind: 'delete', path: inner.lexical ?? inner.real });
    }
  }
  return found.length > 0 ? found : [{ kind: 'delete', path: given }];
}

const yes = ({ after }: Proposal) => ({ kind: 'accept', bytes: after }) as const;

/** An answer about a file, given when reading that file is allowed. */
const answered = (path: ResolvedPath, result: ToolResult): Prepared => ({
  kind: 'act',
  actions: [{ kind: 'read', path }],
  title: result.title,
  effect: { kind: 'none' },
  perform: async () => result,
});

async function understand(wish: FileWish, { workspace, redact }: Context): Promise<Found | Prepared | Refusal> {
  const given = wish.path;
  const path = await workspace.resolve(given);
  if ('fault' in path) return unresolved(given, path.fault);
  const name = path.relative ?? path.real;
  const answer = (text: string, title = `${name}: not changed`) =>
    answered(path, { ok: false, title, forModel: `Not changed: ${text}` });
  if (path.kind === 'directory' || /[\\/]$/.test(given)) {
    return answer(
      wish.kind === 'text'
        ? `${given} is a folder. Name a file in it.`
        : `${given} is a folder${wish.kind === 'delete' ? ' without files' : '. Name its files one by one'}.`,
    );
  }
  if (path.kind === 'other') return answer(`${given} is not a regular file.`);
  const content = await workspace.read(path.real);
  if (content && 'fault' in content) return answer(`${name}: ${content.fault}`);
  if (content && wish.kind === 'text' && wish.isNew)
    return answer(`${name} exists already. Change it with *** Update File, or delete it first.`);
  const creates = wish.kind === 'text' && 'text' in wish.wanted;
  if (!content && !creates) {
    const next = wish.kind === 'text' ? ' Use write to create it.' : '';
    return answer(`${name} does not exist.${await suggestNames(path.real, workspace)}${next}`);
  }
  const encoding = content ? content.encoding : workspace.encodingOf?.(path.real);
  if (wish.kind === 'text' || !content) {
    const wanted = wish.kind === 'text' ? wish.wanted : { text: '' };
    const proposal = propose(path, content, wanted, { encoding, ...(redact && { redact }) });
    if (proposal.kind === 'refusal') return answered(path, { ok: false, ...proposal });
    const unsaved = content?.unsaved !== undefined;
    const { alert } = proposal;
    return {
      proposal,
      encoding,
      actions: [{ kind: 'edit', path, ...(unsaved && { unsaved }), ...(alert !== undefined && { alert }) }],
    };
  }
  if (path.lexical !== path.relative) return answer(`${given} is a link to ${path.real}. Name that file itself.`);
  if (content.unsaved !== undefined)
    return answer(`${name} has unsaved changes in the editor. Ask the person to save or revert it first.`);
  if (wish.kind === 'delete')
    return { proposal: proposeDeletion(path, content), encoding, actions: [{ kind: 'delete', path }] };

  const to = await workspace.resolve(wish.to);
  if ('fault' in to) return unresolved(wish.to, to.fault);
  const target = to.relative ?? to.real;
  if (to.exists)
    return answered(to, {
      ok: false,
      title: `${name}: not moved`,
      forModel: `Not moved: ${target} exists already. ${to.kind === 'directory' ? 'Name the new path of the file.' : 'Nothing is overwritten by a move.'}`,
    });
  const proposal = proposeMove(path, content, to, wish.wanted, redact);
  if (proposal.kind === 'refusal') return answered(path, { ok: false, ...proposal });
  return {
    proposal,
    encoding,
    actions: [
      { kind: 'edit', path },
      { kind: 'edit', path: to, ...(proposal.alert !== undefined && { alert: proposal.alert }) },
    ],
  };
}

const unresolved = (given: string, fault: string): Refusal => ({
  kind: 'refusal',
  title: `${given}: not changed`,
  forModel: `Not changed: ${fault}`,
});

function titleOf(proposals: readonly Proposed[]): string {
  const [first] = proposals;
  if (!first) return 'Change nothing';
  if (proposals.length > 1 && proposals.every(({ after }) => !after)) return `Delete ${proposals.length} files`;
  if (proposals.length > 1) return `Change ${proposals.length} files (${proposals.map(({ path }) => path).join(', ')})`;
  if (first.from) return `Move ${first.from.path} to ${first.path}`;
  if (!first.after) return `Delete ${first.path}${sizeText(first)}`;
  return `${first.before ? 'Edit' : 'Create'} ${first.path}${sizeText(first)}`;
}

/** Of what is no text nothing can be counted. */
const sizeText = ({ added, removed }: Pick<Proposal, 'added' | 'removed'>): string =>
  added + removed > 0 ? ` (+${added} \u2212${removed})` : '';
