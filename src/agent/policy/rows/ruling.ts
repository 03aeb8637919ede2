/** What a judge says of one row of the case file, and how a row is read. */
import * as z from 'zod';
import type { PathVerdict } from '../path.ts';

export interface Ruling {
  /** `sanitize`: what is shown differs from what came; `redact`: it goes on without its secrets. */
  readonly decision: 'allow' | 'ask' | 'deny' | 'sanitize' | 'redact';
  readonly rule: string;
  /** One sentence for a person. */
  readonly reason: string;
}

export const ruling = (decision: Ruling['decision'], rule: string, reason: string): Ruling => ({
  decision,
  rule,
  reason,
});

export const ofVerdict = ({ verdict, rule, reason }: PathVerdict): Ruling => ruling(verdict, rule, reason);

/** A member that another form has. */
export const Absent = z.undefined().optional();

/** One form of input and its judge; `undefined`: the judge has nothing to say of it, the next form is tried. */
export type Form = (input: unknown) => Ruling | undefined;

/** Binds a schema to a judge, so that its input arrives typed. */
export const form =
  <S extends z.ZodType>(schema: S, judge: (input: z.infer<S>) => Ruling | undefined): Form =>
  (input) => {
    const parsed = schema.safeParse(input);
    return parsed.success ? judge(parsed.data) : undefined;
  };

const STRICTNESS: Readonly<Record<Ruling['decision'], number>> = { allow: 0, redact: 1, sanitize: 2, ask: 3, deny: 4 };

/** Every form that fits is judged and the strictest ruling counts; an input that fits none is asked about. */
export function judgeForms(area: string, forms: readonly Form[], input: unknown): Ruling {
  const found = forms.map((judge) => judge(input)).filter((one) => one !== undefined);
  return strictest(found) ?? notUnderstood(area, input);
}

/** Of equals the first. */
const strictest = (rulings: readonly Ruling[]): Ruling | undefined =>
  rulings.reduce<Ruling | undefined>(
    (worst, one) => (!worst || STRICTNESS[one.decision] > STRICTNESS[worst.decision] ? one : worst),
    undefined,
  );

/** Names the members that were given, so that a reader sees which form is missing. */
export function notUnderstood(area: string, input: unknown): Ruling {
  const what =
    typeof input === 'object' && input !== null && !Array.isArray(input)
      ? `members ${Object.keys(input).slice(0, 10).join(', ') || '(none)'}`
      : `a ${Array.isArray(input) ? 'list' : typeof input}`;
  return ruling('ask', 'not-understood', `No form of area ${area} has ${what}: a person looks at it.`);
}
