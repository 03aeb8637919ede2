/** Asks the person. Offered only where somebody can answer. */
import * as z from 'zod';
import { refused } from './refused.ts';
import { tool } from './tool.ts';

export const ask = tool({
  name: 'ask',
  description: 'Ask the person a question.',
  args: z.strictObject({ question: z.string(), options: z.array(z.string()).max(6).optional() }),
  async prepare({ question, options = [] }) {
    if (question.trim() === '') return refused('Ask', 'The question is empty: say what you need to know.');
    return { kind: 'steer', request: { kind: 'ask', text: question.trim(), options } };
  },
});
