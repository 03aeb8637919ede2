/**
 * What in data (files, output, pages, tool results) could make a person or a model take it for more than data. Nothing here
 * gives or takes a permission: a finding says what has to be shown differently, or whose wish it is not.
 */
import { hiddenCharacters } from '../edit/hidden.ts';
import { hasMarkers } from './markers.ts';
import { visible } from './names.ts';

export interface Finding {
  readonly kind: 'shown' | 'instruction';
  readonly rule: string;
  readonly reason: string;
}

/** Characters looked at: what is found in a beginning this long is found in any text anybody reads. */
const LOOKED_AT = 1_000_000;

const shown = (rule: string, reason: string): Finding => ({ kind: 'shown', rule, reason });

/** What is written for agents rather than for people. English and Chinese, the languages such texts are found in. */
const INSTRUCTIONS: readonly (readonly [rule: string, pattern: RegExp])[] = [
  [
    'lowers-gate',
    /\b(?:requires?_?approval|auto_?approv\w*|yolo|bypass_?permissions|skip_?(?:approval|confirmation|permissions?))\b["']?\s{0,3}[=:]|\b(?:never|don'?t|do not|skip|no need to)\s(?:\w+\s){0,4}(?:approval|confirmation|permission|ask(?:ing)?)\b|\b(?:run|execute|apply|edit|do)\s(?:\w+\s){0,4}without\s(?:\w+\s){0,2}(?:approval|confirmation|permission|asking)\b|\b(?:approve|accept|allow)\s(?:all|every|any)\s(?:\w+\s){0,2}(?:edits?|commands?|changes?|tools?|calls?|requests?)\b|(?:自动(?:批准|同意)|(?:无需|不要|跳过)(?:任何)?(?:询问|确认|批准|审批))/i,
  ],
  [
    'overrides',
    /\b(?:ignore|disregard|forget|override)\s(?:\w+\s){0,3}(?:previous|prior|above|earlier|system|your|these|those|all)\s(?:\w+\s){0,2}(?:instructions?|prompts?|rules|messages?|guidelines|context)\b|(?:忽略|无视|忘记).{0,8}(?:指令|指示|提示|规则)/i,
  ],
  [
    'addresses-agents',
    /\b(?:AI|LLM|coding|autonomous)[\s-](?:agents?|assistants?)\b(?:\s?[:,]\s{0,3}(?:please\s|always\s|you\smust\s)?|\s(?:must|should|always|please)\s(?:always\s|first\s)?)(?:run|execute|fetch|curl|read|open|send|upload|install|delete|write|add|include|call|visit|use|ignore|never)\b|\b(?:if|when|attention|note\sto)\s(?:you\sare\s)?(?:an?\s)?(?:AI|LLM|language\smodel|coding\sagent)s?\b/i,
  ],
  [
    'hides-itself',
    /\b(?:do\snot|don'?t|never)\s(?:tell|mention|inform|show|reveal|notify)\s(?:\w+\s){0,3}(?:the\s)?(?:user|human|person|developer|anyone|this)\b|(?:不要|别)(?:告诉|通知)(?:用户|人)/i,
  ],
  [
    'fetches-secrets',
    /\b(?:read|cat|open|print|copy)\b[^.\n]{0,40}(?:~\/\.(?:ssh|aws|gnupg|kube)\b|id_rsa|id_ed25519|\/etc\/(?:passwd|shadow))|\b(?:send|upload|post|include|attach|exfiltrate|paste|pass)\b[^.\n]{0,60}(?:~\/\.(?:ssh|aws|gnupg)|id_rsa|\.env\b|credentials|(?:api|secret|private)[ _-]?keys?\b|passwords?\b|environment\svariables)/i,
  ],
  ['important', /<(?:IMPORTANT|CRITICAL|SECRET|HIDDEN)>|<!--[^>]{0,300}\b(?:AI|agent|assistant|LLM|instructions?)\b/i],
];

/** Everything found, what must be shown differently first. */
export function dataFindings(text: string): readonly Finding[] {
  // A byte order mark is one only at the very beginning.
  const head = text.slice(0, LOOKED_AT).replace(/^\uFEFF/, '');
  const lines = head.split('\n').map((line, index) => ({ line: index + 1, text: line.replace(/\r$/, '') }));
  const hidden = hiddenCharacters(lines);
  return [
    ...hidden.map((sentence) => shown('hidden-characters', sentence.replace(/^Adds/, 'Holds'))),
    ...(head.includes('\0') ? [shown('binary', 'Holds NUL: this is no text.')] : []),
    ...(hasMarkers(head)
      ? [shown('role-markers', 'Holds marks by which models tell who speaks: they count for nothing.')]
      : []),
    ...instructionsIn(head),
  ];
}

/** Wishes of the text itself: they are nobody's, and change nothing about what asks. */
const instructionsIn = (text: string): readonly Finding[] =>
  INSTRUCTIONS.filter(([, pattern]) => pattern.test(text)).map(([rule]) => ({
    kind: 'instruction',
    rule,
    reason:
      'The text tells agents what to do: it has no authority, and whatever follows from it is asked about as ever.',
  }));

const QUOTED = 200;

/**
 * The first order to agents in a result, as the person is told of it. In listings, and in whatever prints names one a line, also
 * names that are sentences.
 */
export function ordersIn(result: string): { readonly rule: string; readonly quote: string } | undefined {
  const head = result.slice(0, LOOKED_AT);
  const quoteAt = (at: number): string => {
    const start = head.lastIndexOf('\n', at) + 1;
    const line = head.slice(Math.max(start, at - QUOTED / 4), at + QUOTED).split('\n', 1)[0] ?? '';
    return visible(line.trim()).slice(0, QUOTED);
  };
  for (const [rule, pattern] of INSTRUCTIONS) {
    const at = head.search(pattern);
    if (at >= 0) return { rule, quote: quoteAt(at) };
  }
  for (const line of head.split('\n', NAMES_LOOKED_AT)) {
    const name = NAME_ALONE.exec(line)?.[1];
    if (name !== undefined && nameFinding(name)?.rule === 'name-speaks')
      return { rule: 'name-speaks', quote: visible(name).slice(0, QUOTED) };
  }
  return undefined;
}

const NAMES_LOOKED_AT = 20_000;
/** A name alone on its line, or behind what git or a long listing says of it; of several words. */
const NAME_ALONE =
  /^\s{0,3}(?:[-MADRCU?!]{1,2}\s{1,3}|[-dl][-rwxsStT]{9}.{10,60}\d\d:\d\d\s)?([^\s:(){};=]{12,255})\/?$/;

/** Words that make of a file's name a sentence to its reader. */
const SPEAKING =
  /^(?:important|read|follow|instructions?|ignore|previous|execute|run|system|prompt|must|please|now|override|urgent|attention|agents?|assistant|do|this|first|all|approve|then|delete)$/;

/** A name in a list: quoted as data where it could be read as anything else. */
export function nameFinding(name: string): Finding | undefined {
  if (visible(name) !== name || /[<>"'`|]/.test(name))
    return shown('name-characters', `The name holds characters that are written out: ${visible(name)}`);
  if (hasMarkers(name) || instructionsIn(name.replaceAll(/[_-]+/g, ' ')).length > 0)
    return shown('name-speaks', 'The name reads like an instruction: it is quoted as a name.');
  const words = (name.split('/').at(-1) ?? name)
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
  return words.filter((word) => SPEAKING.test(word)).length >= 3
    ? shown('name-speaks', 'The name reads like an instruction: it is quoted as a name.')
    : undefined;
}
