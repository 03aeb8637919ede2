/**
 * A scenario: a goal, the folder it is given for, and a grader that looks at what is there afterwards. A grader runs code and
 * compares data; it never takes the agent's word, nor its tests alone. `right` and `wrong` are answers the grader itself is
 * tested with; no model ever sees them.
 */
import type { Limits } from '../../src/agent/journal/event.ts';
import type { RunState } from '../../src/agent/journal/state.ts';

/** Contents by path relative to the folder. */
export type Files = Readonly<Record<string, string>>;

/** What a run said in the end. */
export type Ended = Pick<RunState, 'report'>;

/** What an agent might leave: files added to, or instead of, those that were there. */
export interface Answer {
  readonly files: Files;
  readonly report?: string;
}

export interface Scenario {
  /** Names its recording. */
  readonly id: string;
  readonly goal: string;
  /** What the folder holds before the run. */
  readonly files: Files;
  readonly limits?: Limits;
  /** The best proof an honest run can have; code where nothing is said. */
  readonly proof?: 'none';
  /** What is wrong with the result, a line each; nothing: the goal is reached. */
  grade(folder: string, ended: Ended): Promise<readonly string[]>;
  readonly right: Answer;
  /** Plausible answers that must not pass, by what is wrong with them. */
  readonly wrong: Readonly<Record<string, Answer>>;
}

/** Enough for an honest attempt with repairs. No minutes: whoever answers for a recording may take their time. */
export const LIMITS: Limits = { steps: 25, tokens: 400_000 };
