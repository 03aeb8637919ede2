/** Rows of area `url`: an address, what it resolves to, where it redirects, what answered, which headers went with it. */
import * as z from 'zod';
import { dataFindings } from '../data.ts';
import { isMarkup, isPrivateHeader, judgeResponse, type ResponseFacts } from '../response.ts';
import { judgeAnswers, judgeRedirect, judgeUrl } from '../url.ts';
import { type Form, form, judgeForms, ofVerdict, type Ruling, ruling } from './ruling.ts';

const Text = z.string();
const Count = z.number().nonnegative();

const UrlRow = z.object({
  url: Text,
  allowDomains: z.array(Text).default([]),
  /** Successive answers of the resolver. */
  dns: z.array(z.array(Text)).optional(),
  redirects: z.array(Text).default([]),
  headers: z.record(Text, Text).optional(),
  response: z
    .object({
      encoding: Text.optional(),
      wire: Count.optional(),
      inflated: Count.optional(),
      bytes: Count.optional(),
      contentLength: Count.optional(),
      contentType: Text.optional(),
      firstByteMs: Count.optional(),
      idleMs: Count.optional(),
      totalMs: Count.optional(),
      body: Text.optional(),
    })
    .optional(),
});

const FORMS: readonly Form[] = [
  form(UrlRow, ({ url, allowDomains, dns, redirects, headers, response }) => {
    const found = [judgeUrl(url, allowDomains)];
    for (const answers of dns ?? []) found.push(judgeAnswers(url, answers, allowDomains) ?? { ...ALLOWED });
    let from = url;
    for (const [index, location] of redirects.entries()) {
      const hop = judgeRedirect(from, location, index + 1, allowDomains);
      found.push(hop.verdict);
      from = hop.to;
    }
    const verdict =
      found.find((one) => one.verdict === 'deny') ?? found.findLast((one) => one.verdict === 'ask') ?? found[0];
    if (!verdict || verdict.verdict === 'deny') return verdict && ofVerdict(verdict);
    if (response) return answered(response, response.body ?? '') ?? ofVerdict(verdict);
    const hidden = Object.keys(headers ?? {}).filter(isPrivateHeader);
    if (hidden.length > 0)
      return ruling('redact', 'header-secret', `${hidden.join(', ')} is never logged and never shown.`);
    return ofVerdict(verdict);
  }),
];

const ALLOWED = {
  verdict: 'allow',
  rule: 'url-resolves',
  reason: 'Each of its addresses may be connected to.',
} as const;

/** An answer is there because its address was allowed: what matters now is what it is. */
function answered(
  response: ResponseFacts & { readonly bytes?: number | undefined; readonly contentLength?: number | undefined },
  body: string,
): Ruling | undefined {
  const denied = judgeResponse({
    ...response,
    wire: Math.max(response.wire ?? 0, response.bytes ?? 0, response.contentLength ?? 0),
  });
  if (denied) return ofVerdict(denied);
  if (response.contentType !== undefined && isMarkup(response.contentType))
    return ruling('sanitize', 'page', 'Of a page only its visible text is read, as data and not as instructions.');
  const [finding] = dataFindings(body);
  return finding && ruling('sanitize', finding.rule, finding.reason);
}

export const judgeUrlRow = (input: unknown): Ruling => judgeForms('url', FORMS, input);
