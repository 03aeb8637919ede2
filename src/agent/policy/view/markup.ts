/**
 * Which Markdown a view shows as it is written. Raw HTML is text, images become links (only embedded bitmaps are shown),
 * links lead to https or mailto and say where. The view renders by these rules; `judgeMarkdown` says what they change.
 */
import MarkdownIt from 'markdown-it';

const SAFE_LINK = /^(?:https:\/\/|mailto:)/i;
const EMBEDDED_IMAGE = /^data:image\/(?:png|gif|jpeg|webp);base64,/i;
/** A label that reads like an address must be the address. */
const LOOKS_LIKE_ADDRESS = /^\s*(?:[a-z][a-z0-9+.-]*:|\/\/|www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#:]|\s*$))/i;

export const isEmbeddedImage = (source: string): boolean => EMBEDDED_IMAGE.test(source);
export const isShownLink = (url: string): boolean => SAFE_LINK.test(url) || isEmbeddedImage(url);

const sameAddress = (label: string, href: string): boolean => {
  const bare = (url: string) => url.replace(/^(?:https:\/\/|mailto:)/i, '').replace(/\/$/, '');
  return bare(label) === bare(href);
};

/** False for a label that reads like another address than the one it leads to. */
export const isHonestLabel = (label: string, href: string): boolean =>
  label === href || !LOOKS_LIKE_ADDRESS.test(label) || sameAddress(label.trim(), href);

const OPTIONS = { linkify: false, breaks: false, typographer: false };

/** The parser of the views. */
export function viewMarkdown(): MarkdownIt {
  const markdown = new MarkdownIt({ ...OPTIONS, html: false });
  markdown.validateLink = isShownLink;
  return markdown;
}

/** Languages of code blocks that other viewers draw, and what drawing them could fetch or run. */
const DRAWN =
  /^(?:mermaid|svg|plantuml|puml|dot|graphviz|vega|vega-lite|math|katex|latex|echarts|html-preview|abc|geojson)$/i;
const ACTIVE = /<[a-z!/]|https?:|javascript:|%%\{|^\s*click\s|!include|\\(?:href|url|includegraphics)\b/im;

/** What of this text is shown otherwise than it asks for, as the end of a sentence; `undefined`: nothing. */
export function changedMarkup(text: string): string | undefined {
  const everything = new MarkdownIt({ ...OPTIONS, html: true });
  everything.validateLink = () => true;
  return everything
    .parse(text, {})
    .map((token) => changedToken(token))
    .find((change) => change !== undefined);
}

type Token = ReturnType<MarkdownIt['parse']>[number];

function changedToken(token: Token): string | undefined {
  if (token.type === 'html_block' || token.type === 'html_inline') return 'raw HTML is shown as text';
  if (token.type === 'fence')
    return DRAWN.test(token.info.trim().split(/\s/)[0] ?? '') && ACTIVE.test(token.content)
      ? 'a drawing is shown as its source'
      : undefined;
  if (token.type !== 'inline') return undefined;
  const { children } = token;
  if (!children) return undefined;
  for (const [at, child] of children.entries()) {
    const change =
      child.type === 'link_open' ? changedLink(children, at) : (changedImage(child) ?? changedToken(child));
    if (change) return change;
  }
  return undefined;
}

const changedImage = (token: Token): string | undefined =>
  token.type === 'image' && !isEmbeddedImage(token.attrGet('src') ?? '')
    ? 'an image is not fetched: it is a link'
    : undefined;

function changedLink(tokens: readonly Token[], at: number): string | undefined {
  const href = tokens[at]?.attrGet('href') ?? '';
  if (!SAFE_LINK.test(href)) return 'a link to anything but https or mailto is text';
  const end = tokens.findIndex((token, index) => index > at && token.type === 'link_close');
  const label = tokens
    .slice(at + 1, end < 0 ? undefined : end)
    .map(({ content }) => content)
    .join('');
  return isHonestLabel(label, href) ? undefined : 'a link that names another address shows its own';
}
