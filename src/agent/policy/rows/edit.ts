/** Rows of area `edit`: a change is proposed by the edit engine itself; what it warns of, and the policy, decide. */
import * as z from 'zod';
import { alertsIn } from '../../edit/alerts.ts';
import { hiddenCharacters } from '../../edit/hidden.ts';
import { addedLines } from '../../edit/hunks.ts';
import { propose, type Wanted } from '../../edit/proposal.ts';
import { decode, MAX_BYTES } from '../../edit/text-file.ts';
import { hashOf } from '../../hash.ts';
import type { FileContent, ResolvedPath } from '../../ports.ts';
import { objectionTo } from '../approval.ts';
import { decide, mapMode } from '../decide.ts';
import { judgePath } from '../path.ts';
import { Absent, type Form, form, judgeForms, ofVerdict, type Ruling, ruling } from './ruling.ts';

const Text = z.string();
const Edit = z.object({ old: Text, new: Text });
/** `auto`: the person has turned on that edits in the workspace need no question. */
const Common = { path: Text.default('src/file.txt'), auto: Text.optional() };

const FORMS: readonly Form[] = [
  form(z.object({ ...Common, file: Text, old: Text, new: Text.optional() }), ({ file, old, new: put, ...rest }) =>
    judgeChange(rest, new TextEncoder().encode(file), { edits: [{ old, new: put ?? `${old} changed` }] }),
  ),
  form(z.object({ ...Common, file: Text, edits: z.array(Edit).min(1) }), ({ file, edits, ...rest }) =>
    judgeChange(rest, new TextEncoder().encode(file), { edits }),
  ),
  form(z.object({ ...Common, file: Text, content: Text }), ({ file, content, ...rest }) =>
    judgeChange(rest, new TextEncoder().encode(file), { text: content }),
  ),
  form(z.object({ ...Common, hex: Text.regex(/^(?:[0-9a-f]{2})*$/i), encoding: Text.optional() }), (row) => {
    const bytes = Uint8Array.from(row.hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    const file = decode(bytes, row.encoding);
    return 'fault' in file ? ruling('deny', 'edit-encoding', `The file ${file.fault}.`) : permission(row);
  }),
  // A part of what is written, without the file around it.
  form(
    z.object({ ...Common, new: Text, file: Absent, op: z.enum(['edit', 'write']).optional() }),
    ({ new: put, ...rest }) => {
      const lines = addedLines('', put);
      return permission(rest, [...alertsIn(rest.path, lines), ...hiddenCharacters(lines)][0]);
    },
  ),
  form(z.object({ ...Common, path: Text, new: Absent, file: Absent, op: Absent }), (row) => permission(row)),
  form(z.object({ mode: Text.regex(/^0?[0-7]{3,4}$/) }), ({ mode }) =>
    ruling('ask', 'edit-mode', `The file keeps its mode ${mode}; the change is shown first.`),
  ),
  form(z.object({ bytes: z.number() }), ({ bytes }) =>
    bytes > MAX_BYTES
      ? ruling('deny', 'edit-size', 'The file is larger than 50 MB, which is the limit.')
      : permission({ path: 'src/file.txt' }),
  ),
  form(z.object({ readHash: Text, diskHash: Text }), ({ readHash, diskHash }) =>
    readHash === diskHash
      ? permission({ path: 'src/file.txt' })
      : ruling('deny', 'edit-stale', 'The file changed since it was read: it has to be read again.'),
  ),
  form(z.object({ approvedHash: Text, applyHash: Text }), ({ approvedHash, applyHash }) =>
    open('waiting', approvedHash, applyHash),
  ),
  form(z.object({ approvedPath: Text, applyPath: Text }), ({ approvedPath, applyPath }) =>
    open('waiting', hashOf(approvedPath), hashOf(applyPath)),
  ),
  form(z.object({ approvalId: Text, used: z.coerce.number() }), ({ used }) =>
    open(used > 0 ? 'accepted' : 'waiting', '', ''),
  ),
  form(z.object({ op: z.literal('create'), exists: z.boolean(), ...Common }), ({ exists, ...rest }) =>
    exists
      ? ruling('deny', 'edit-exists', 'There is a file already: a new one does not take its place.')
      : permission(rest),
  ),
  form(
    z.object({ op: z.enum(['delete', 'move', 'rename']), path: Text, exists: z.boolean().default(false) }),
    ({ op, path, exists }) => {
      if (op !== 'delete' && exists)
        return ruling('deny', 'edit-exists', 'There is a file already: nothing is overwritten by a move.');
      const place = judgePath(inWorkspace(path), 'edit');
      if (place.verdict === 'deny') return ofVerdict(place);
      const decision = decide({ kind: op === 'delete' ? 'delete' : 'edit', path: inWorkspace(path) }, TRUSTED);
      return ruling('ask', decision.rule, decision.reason);
    },
  ),
];

const TRUSTED = { mode: 'ask', trusted: true } as const;

/** A path as a row writes it: a plain file of the workspace, unless it leads out. */
function inWorkspace(given: string): ResolvedPath {
  const parts: string[] = [];
  let outside = given.startsWith('/') && !given.startsWith('/ws/');
  for (const name of given.replace(/^\/ws\//, '').split(/[\\/]/)) {
    if (name === '..') outside ||= parts.pop() === undefined;
    else if (name !== '.' && name !== '') parts.push(name);
  }
  const path = parts.join('/');
  const relative = outside ? undefined : path;
  return {
    given,
    real: outside ? `/${path}` : `/ws/${path}`,
    relative,
    lexical: relative,
    exists: true,
    kind: 'file',
    links: 1,
  };
}

interface Asked {
  readonly path: string;
  readonly auto?: string | undefined;
}

/** The edit engine's own proposal: what it refuses is denied, what it warns of a person looks at. */
function judgeChange(asked: Asked, bytes: Uint8Array, wanted: Wanted): Ruling {
  const content: FileContent = { bytes, mode: 0o644 };
  const proposal = propose(inWorkspace(asked.path), content, wanted);
  return proposal.kind === 'refusal'
    ? ruling('deny', 'edit-refused', proposal.forModel)
    : permission(asked, proposal.alert);
}

/** Automatic edits are for what nothing is to be said of. */
function permission({ path, auto }: Asked, alert?: string): Ruling {
  const action = { kind: 'edit', path: inWorkspace(path), ...(alert !== undefined && { alert }) } as const;
  const decision = decide(action, { ...TRUSTED, mode: 'autoEdit' });
  const place = judgePath(action.path, 'edit');
  if (place.verdict === 'deny') return ofVerdict(place);
  const isOn = auto !== undefined && !/\boff\b|^(?:false|no|never)$/i.test(auto);
  return isOn && mapMode(decision, 'autoEdit').kind === 'accept'
    ? ruling('allow', 'edit-automatic', 'You turned on that edits in the workspace need no question.')
    : ruling('ask', decision.rule, decision.reason);
}

function open(status: string, shown: string, applied: string): Ruling {
  const objection = objectionTo({ status, nonce: '', shown }, { nonce: '', shown: applied });
  return objection === undefined
    ? ruling('allow', 'edit-approved', 'It is what was approved, and it was not used yet.')
    : ruling('deny', 'edit-approval', objection);
}

export const judgeEdit = (input: unknown): Ruling => judgeForms('edit', FORMS, input);
