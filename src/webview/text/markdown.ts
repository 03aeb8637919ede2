/**
 * Text of a model, a file or a tool becomes HTML here and nowhere else. Raw HTML is text, images become links (only
 * embedded bitmaps are shown), links lead to https or mailto and say where; DOMPurify then checks the result again.
 */
import DOMPurify from 'dompurify';
import { isEmbeddedImage, isHonestLabel, viewMarkdown } from '../../agent/policy/view/markup.ts';

const TAGS = [
  ...['a', 'blockquote', 'br', 'code', 'del', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'img', 'li', 'ol', 'p'],
  ...['pre', 's', 'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul', 'span'],
];

const markdown = viewMarkdown();
const { escapeHtml } = markdown.utils;

/** `![x](https://…)` asks the network for nothing: it is a link with the picture's name. */
markdown.renderer.rules.image = (tokens, at, options, env, self) => {
  const token = tokens[at];
  const source = token?.attrGet('src') ?? '';
  const name = token ? self.renderInlineAsText(token.children ?? [], options, env) : '';
  return isEmbeddedImage(source)
    ? `<img src="${escapeHtml(source)}" alt="${escapeHtml(name)}">`
    : `<a href="${escapeHtml(source)}">${escapeHtml(name || source)}</a>`;
};

function honest(link: HTMLAnchorElement): void {
  const href = link.getAttribute('href') ?? '';
  link.title = href;
  const label = link.textContent ?? '';
  if (!isHonestLabel(label, href)) link.textContent = href;
}

export function toHtml(text: string): string {
  const clean = DOMPurify.sanitize(markdown.render(text), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ['href', 'src', 'alt', 'title', 'start'],
    ALLOWED_URI_REGEXP: /^(?:https:\/\/|mailto:|data:image\/(?:png|gif|jpeg|webp);base64,)/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of clean.querySelectorAll('a')) honest(link);
  // An image reaches nowhere; a link is never an embedded document.
  for (const link of clean.querySelectorAll('a:not([href]), a[href^="data:" i]')) link.replaceWith(...link.childNodes);
  for (const image of clean.querySelectorAll('img:not([src^="data:" i])')) image.remove();
  const holder = document.createElement('div');
  holder.append(clean);
  return holder.innerHTML;
}
