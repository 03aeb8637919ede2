/** Does a decision answer a question that is still open, and the very one that was shown? */

export interface OpenQuestion {
  readonly status: string;
  readonly nonce: string;
  readonly shown: string;
}

/** What is wrong with a decision, in words for the person; `undefined`: nothing. Each nonce counts once: a decided question is not waiting. */
export function objectionTo(
  question: OpenQuestion | undefined,
  decision: { readonly nonce: string; readonly shown: string },
): string | undefined {
  if (question?.status !== 'waiting' || question.nonce !== decision.nonce) return 'This question is no longer open.';
  if (question.shown !== decision.shown) return 'The proposal changed after it was shown. Look at it again.';
  return undefined;
}
