/** Rows of area `path`: a tool and a path, judged as a call of that tool would be. */
import * as z from 'zod';
import { decide } from '../decide.ts';
import { judgeMoved } from '../path.ts';
import { isUnder } from '../rule.ts';
import { form, judgeForms, ofVerdict, type Ruling } from './ruling.ts';
import { WorldInput, worldOf } from './world.ts';

const Input = WorldInput.extend({
  tool: z.enum(['read', 'search', 'list', 'find', 'write', 'edit', 'create', 'delete', 'move']),
  path: z.string(),
  trusted: z.boolean().default(true),
  /** Patterns of `.goalwrightignore`. */
  ignore: z.array(z.string()).default([]),
  /** Something happens to the path between the look and the act. */
  race: z.string().optional(),
});

const LOOKS: ReadonlySet<string> = new Set(['read', 'search', 'list', 'find']);

export const judgePathRow = (input: unknown): Ruling =>
  judgeForms(
    'path',
    [
      form(Input, ({ tool, path: given, trusted, ignore, race, ...world }) => {
        const path = worldOf(world).resolve(given);
        if ('fault' in path) return { decision: 'deny', rule: 'path-spelling', reason: path.fault };
        if (race !== undefined) {
          const moved = judgeMoved(path, { ...path, real: `${path.real}, elsewhere`, relative: undefined });
          if (moved) return ofVerdict(moved);
        }
        const kind = LOOKS.has(tool) ? 'read' : tool === 'delete' ? 'delete' : 'edit';
        const hidden = (name: string): boolean => ignore.some((pattern) => isUnder(name, pattern));
        return ofVerdict(decide({ kind, path }, { mode: 'ask', trusted, hidden }));
      }),
    ],
    input,
  );
