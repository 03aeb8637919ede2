/**
 * Lines of an older format, read as this one's. A step turns the body of a line of version n into one of version n + 1; it
 * is pure, knows nothing of other lines and lets pass what it does not know. The file's bytes are never rewritten: an older
 * journal that goes on says so in a line of its own (`journal.upgraded`), and the lines after it are of that version.
 */
import { JOURNAL_VERSION } from './event.ts';

type Body = Readonly<Record<string, unknown>>;

const STEPS: readonly ((body: Body) => Body)[] = [
  // 1 -> 2: what was measured was called the lesson; a lesson is now what was made of it.
  (body) => {
    if (body.type !== 'task.requeued' || 'evidence' in body) return body;
    const { lesson, ...rest } = body;
    return { ...rest, evidence: lesson };
  },
  // 2 -> 3: an edit was of one file.
  (body) => {
    const { intent } = body;
    if (!isBody(intent) || intent.kind !== 'edit' || 'changes' in intent) return body;
    const { kind, ...change } = intent;
    return { ...body, intent: { kind, changes: [change] } };
  },
];

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The decoded JSON of a line that was written under `version`, as this version would have written it. */
export function migrate(json: unknown, version: number): unknown {
  if (!isBody(json) || version >= JOURNAL_VERSION) return json;
  return STEPS.slice(Math.max(0, version - 1)).reduce((body, step) => step(body), json);
}
