/** What the editor shows in changed files that it did not show before: told to the model with the result of the call. */
import { asData } from '../policy/frame.ts';
import type { Proposal, ToolResult } from '../tools/tool.ts';
import type { Engine } from './engine.ts';

const MAX_LINES = 10;

type Watches = readonly { readonly path: string; news(signal: AbortSignal): Promise<readonly string[]> }[];

/** Looks at the files while the person looks at the change. */
export async function watchFiles({ ports, stepSignal }: Engine, proposals: readonly Proposal[]): Promise<Watches> {
  const { language } = ports;
  if (!language) return [];
  const watches = await Promise.all(
    proposals.map(async ({ path, real, after }) => {
      const watch = after && (await language.watch(real, stepSignal()));
      return watch ? [{ path, news: watch.news }] : [];
    }),
  );
  return watches.flat();
}

export async function withNews(
  { stepSignal }: Engine,
  watches: Watches,
  result: ToolResult | undefined,
): Promise<ToolResult | undefined> {
  if (!result?.changes || result.changes.length === 0) return result;
  const texts: string[] = [];
  for (const { path, news } of watches) {
    if (!result.changes.some((change) => change.path === path && change.after)) continue;
    const found = await news(stepSignal());
    if (found.length > 0) texts.push(newsText(path, found));
  }
  return texts.length > 0 ? { ...result, forModel: [result.forModel, ...texts].join('\n') } : result;
}

/** A checker's messages quote the file: they are data. */
function newsText(path: string, lines: readonly string[]): string {
  const more = lines.length > MAX_LINES ? `\n(${lines.length - MAX_LINES} more)` : '';
  const shown = lines.slice(0, MAX_LINES).map((line) => `- ${line}`);
  return `The editor shows new problems in ${path}:\n${asData(`${shown.join('\n')}${more}`)}`;
}
