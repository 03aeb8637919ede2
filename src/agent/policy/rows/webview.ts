/** Rows of area `webview`: Markdown to show, messages from a page, and what a page is made of. */
import * as z from 'zod';
import { FromView } from '../../protocol.ts';
import { objectionTo } from '../approval.ts';
import { isToolName, toolName } from '../mcp.ts';
import { visible } from '../names.ts';
import { changedMarkup, isShownLink } from '../view/markup.ts';
import { isBelowFolder, MESSAGE_LIMIT, messageFault } from '../view/message.ts';
import { ARMING_MS, isOwnOrigin, isPageRoot, widerPolicy } from '../view/page.ts';
import { type Form, form, judgeForms, type Ruling, ruling } from './ruling.ts';

const Text = z.string();
const Question = z.object({ status: Text.default('waiting'), nonce: Text, shown: Text, approval: Text.optional() });

const FORMS: readonly Form[] = [
  form(z.object({ markdown: Text }), ({ markdown }) => {
    const change = changedMarkup(markdown);
    return change === undefined
      ? ruling('allow', 'markdown', 'It is shown as it is written.')
      : ruling('sanitize', 'markdown', `Shown otherwise than it asks for: ${change}.`);
  }),
  form(z.object({ html: Text }), ({ html }) =>
    ruling('sanitize', 'html', `Markup from elsewhere is shown as text: ${visible(html.slice(0, 80))}`),
  ),
  form(z.object({ link: Text }), ({ link }) =>
    isShownLink(link)
      ? ruling('allow', 'link', 'The link says where it leads, and leads to https or mailto.')
      : ruling('sanitize', 'link', 'A link to anything but https or mailto is text.'),
  ),
  form(z.object({ enableCommandUris: z.union([z.boolean(), z.array(Text)]) }), ({ enableCommandUris }) =>
    enableCommandUris === false
      ? ruling('allow', 'command-links', 'Links of a page run no command.')
      : ruling('deny', 'command-links', 'A link in a page would run a command of the editor.'),
  ),
  form(
    z.union([
      z.object({ mcpTool: Text }).transform(({ mcpTool }) => mcpTool),
      z.object({ mcpServer: Text }).transform(({ mcpServer }) => mcpServer),
      z.object({ toolName: Text }).transform((row) => row.toolName),
    ]),
    (name) =>
      isToolName(name)
        ? ruling('allow', 'tool-name', 'The name holds nothing but letters, digits, "_" and "-".')
        : ruling(
            'sanitize',
            'tool-name',
            `The name ${visible(name)} is shown as text, and offered as ${toolName(name)}.`,
          ),
  ),
  form(z.object({ message: z.unknown(), pending: Question.optional() }), ({ message, pending }) =>
    message === undefined ? undefined : judgeMessage(message, pending),
  ),
  form(
    z.union([
      z
        .object({ 'event.origin': Text, own: Text.optional() })
        .transform((row) => ({ origin: row['event.origin'], own: row.own })),
      z.object({ origin: Text, own: Text.optional() }),
    ]),
    ({ origin, own }) =>
      isOwnOrigin(origin, own)
        ? ruling('allow', 'origin', "The message comes from the view's own document.")
        : ruling('deny', 'origin', `Messages from ${visible(origin)} are dropped.`),
  ),
  form(z.object({ localResourceRoots: z.array(Text) }), ({ localResourceRoots }) => {
    const wide = localResourceRoots.find((root) => !isPageRoot(root));
    return wide === undefined
      ? ruling('allow', 'page-roots', 'A page reads the built files of the extension, and nothing else.')
      : ruling(
          'deny',
          'page-roots',
          `A page would read ${visible(wide)}: only the built files of the extension are for pages.`,
        );
  }),
  form(z.object({ csp: Text }), ({ csp }) => {
    const wide = widerPolicy(csp);
    return wide === undefined
      ? ruling('allow', 'page-policy', 'The policy lets a page load its own files, and nothing else.')
      : ruling('deny', 'page-policy', `The policy ${wide}.`);
  }),
  form(z.object({ ui: Text }), ({ ui }) => {
    const [, time = '', unit] = /(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|seconds?)\b/i.exec(ui) ?? [];
    if (unit === undefined) return undefined;
    return armed(
      Number(time) * (unit.toLowerCase().startsWith('m') ? 1 : 1_000),
      /\bwithin\b|\bbefore\b|<|≤/i.test(ui),
    );
  }),
  form(z.object({ clickedAfterMs: z.number() }), ({ clickedAfterMs }) => armed(clickedAfterMs, false)),
];

const armed = (afterMs: number, upTo: boolean): Ruling =>
  afterMs < ARMING_MS || (upTo && afterMs <= ARMING_MS)
    ? ruling('ask', 'arming', `A click in the first ${ARMING_MS} ms is none: the question stays open.`)
    : ruling('allow', 'arming', 'The person could see what they decided.');

/** A row names the size of what it does not hold. */
const Size = z.object({ bytes: z.number() });

function judgeMessage(message: unknown, pending: z.infer<typeof Question> | undefined): Ruling {
  const deny = (rule: string, reason: string) => ruling('deny', rule, reason);
  const size = Size.safeParse(message);
  const fault = size.success && size.data.bytes > MESSAGE_LIMIT ? 'size' : messageFault(message);
  if (fault === 'size') return deny('message-size', 'The message is larger than any of ours: it is dropped.');
  if (fault === 'keys')
    return deny('message-keys', 'The message holds keys that reach into prototypes: it is dropped.');
  const parsed = FromView.safeParse(message);
  if (!parsed.success) return deny('message-shape', 'The message has no shape of the protocol: it is dropped.');
  const { data } = parsed;
  if (data.type === 'openFile' && !isBelowFolder(data.path))
    return deny('message-path', `${visible(data.path)} is not below the folder: it is not opened.`);
  const decisions =
    data.type === 'decideAll'
      ? data.decisions
      : data.type === 'command' && data.command.type === 'decide'
        ? [data.command]
        : [];
  for (const decision of decisions) {
    const question = pending?.approval === undefined || pending.approval === decision.approval ? pending : undefined;
    const objection = objectionTo(question, decision);
    if (objection) return deny('message-decision', objection);
  }
  return ruling('allow', 'message', 'The message has a shape of the protocol.');
}

export const judgeWebview = (input: unknown): Ruling => judgeForms('webview', FORMS, input);
