/** A model that is sent names in place of secrets: the last place at which one could leave the machine with a prompt. */
import type { Redact } from '../policy/secret.ts';
import type { SecretSource } from '../ports.ts';
import type { ChatMessage, Model } from './model.ts';

/**
 * What the workspace counts as secret is looked at before each request. What the model wrote itself stays as it is: it was never
 * shown one.
 */
export function veiled(model: Model, secrets: SecretSource): Model {
  // A thread only grows: what was sent before is not looked through again while the secrets are the same.
  const sent = new WeakMap<ChatMessage, readonly [Redact, ChatMessage]>();
  const veil = (message: ChatMessage): ChatMessage => {
    if (message.role === 'assistant') return message;
    const { redact } = secrets;
    const [by, before] = sent.get(message) ?? [];
    if (before && by === redact) return before;
    const now = { ...message, text: redact(message.text) };
    if (now.role === 'tool' && now.note !== undefined) now.note = redact(now.note);
    sent.set(message, [redact, now]);
    return now;
  };
  return {
    profile: model.profile,
    async *stream(request, signal) {
      await secrets.refresh();
      yield* model.stream({ ...request, messages: request.messages.map(veil) }, signal);
    },
  };
}
