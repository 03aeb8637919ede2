/** From a row of the case file to a ruling: one judge an area. */
import * as z from 'zod';
import { judgeCommandRow, type LoadGrammar } from './command.ts';
import { judgeContent } from './content.ts';
import { judgeEdit } from './edit.ts';
import { judgeMcp } from './mcp.ts';
import { judgePathRow } from './path.ts';
import { notUnderstood, type Ruling } from './ruling.ts';
import { judgeSecret } from './secret.ts';
import { judgeUrlRow } from './url.ts';
import { judgeWebview } from './webview.ts';

type Judge = (input: unknown, load: LoadGrammar) => Ruling | Promise<Ruling>;

const JUDGES: Readonly<Record<string, Judge>> = {
  command: judgeCommandRow,
  git: judgeCommandRow,
  path: judgePathRow,
  content: judgeContent,
  edit: judgeEdit,
  mcp: judgeMcp,
  secret: judgeSecret,
  url: judgeUrlRow,
  webview: judgeWebview,
};

const Row = z.object({ area: z.string(), input: z.unknown() });

/** Never throws: what cannot be judged is asked about, and the reason says why. */
export async function judgeRow(row: unknown, load: LoadGrammar): Promise<Ruling> {
  const parsed = Row.safeParse(row);
  if (!parsed.success) return notUnderstood('(none)', row);
  const { area, input } = parsed.data;
  const judge = Object.hasOwn(JUDGES, area) ? JUDGES[area] : undefined;
  return judge
    ? judge(input, load)
    : { decision: 'ask', rule: 'area-unknown', reason: `No judge knows the area "${area}".` };
}
