/**
 * What models get wrong when they quote a file. Each takes a right request apart and says what the file should become all the
 * same: `wanted`, or undefined where only a refusal is right. A perturbation that leaves all old lines as they are is none.
 */
import { applyHunks, indentOf, isBlank, splitLines } from './change.mjs';
import { textsWith } from './request.mjs';

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {import('./request.mjs').Block} Block */
/** @typedef {import('./request.mjs').Mark} Mark */
/** @typedef {import('./corpus.mjs').Hunk} Hunk */
/** @typedef {{ text: string, hunks: readonly Hunk[], blocks: readonly Block[], wanted: string | undefined }} Request */
/** @typedef {Request & { breaks?: '\r\n', anchor?: (line: string) => string }} Perturbed `breaks`: of the request; `anchor`: what becomes of a line named by `@@` */
/** @typedef {(random: Random, request: Request) => Perturbed | undefined} Perturbation */

/** The lines of blocks as one line function makes them, for blocks of which an old line becomes another. @param {Request} request @param {(line: string, mark: Mark) => string} change @returns {Perturbed | undefined} */
function eachLine(request, change) {
  let changed = false;
  const blocks = request.blocks.map((block) => {
    const lines = block.lines.map((mark) => ({ ...mark, text: change(mark.text, mark) }));
    if (textsWith(lines, ' -').join('\n') === textsWith(block.lines, ' -').join('\n')) return block;
    changed = true;
    return { ...block, lines };
  });
  return changed ? { ...request, blocks } : undefined;
}

/** @param {(line: string) => string} change */
const filled = (change) => (/** @type {string} */ line) => (isBlank(line) ? line : change(line));

/** @type {Perturbation} */
const deeper = (random, request) => {
  const more = random.pick(['  ', '    ', '\t']);
  return eachLine(
    request,
    filled((line) => more + line),
  );
};

/** @type {Perturbation} */
const shallower = (_, request) => {
  const all = request.blocks.flatMap(({ lines }) => lines.map(({ text }) => text)).filter((line) => !isBlank(line));
  const less = all
    .map(indentOf)
    .reduce((least, indent) => (least.startsWith(indent) ? indent : least), indentOf(all[0] ?? ''));
  if (less === '' || !all.every((line) => line.startsWith(less))) return undefined;
  return eachLine(
    request,
    filled((line) => line.slice(less.length)),
  );
};

/** @type {Perturbation} */
const otherBlanks = (random, request) => {
  const width = random.pick([2, 4]);
  const tabs = request.text.includes('\n\t');
  const convert = (/** @type {string} */ indent) =>
    tabs ? indent.replaceAll('\t', ' '.repeat(width)) : indent.replaceAll(' '.repeat(unitOf(request.text)), '\t');
  return eachLine(
    request,
    filled((line) => convert(indentOf(line)) + line.slice(indentOf(line).length)),
  );
};

/** @param {string} text */
const unitOf = (text) => (/^ {2}\S/m.test(text) ? 2 : 4);

/** Two spaces for four, or four for two; what is not on a level, as the stars of a comment, keeps its offset. @type {Perturbation} */
const otherWidth = (_, request) => {
  if (request.text.includes('\n\t')) return undefined;
  const [from, to] = unitOf(request.text) === 2 ? [2, 4] : [4, 2];
  const width = (/** @type {string} */ line) => {
    const { length } = indentOf(line);
    return Math.floor(length / from) * to + (length % from);
  };
  const all = request.blocks.flatMap(({ lines }) => lines.map(({ text }) => text)).filter((line) => !isBlank(line));
  // What stands between the levels has no place in another width.
  if (all.some((line) => indentOf(line).length % from > (/^\s*\*(?:\s|\/|$)/.test(line) ? 1 : 0))) return undefined;
  return eachLine(
    request,
    filled((line) => ' '.repeat(width(line)) + line.slice(indentOf(line).length)),
  );
};

/** @type {Perturbation} */
const oldOnlyIndented = (random, request) => {
  const more = random.pick(['  ', '    ']);
  const less = random.chance(0.5);
  return split(request, (line) => (isBlank(line) ? line : less ? line.replace(/^(?: {2,4}|\t)/, '') : more + line));
};

/** Old and new differ in what was only quoted: each context line goes and comes. @param {Request} request @param {(line: string) => string} change @returns {Perturbed | undefined} */
function split(request, change) {
  let changed = false;
  const blocks = request.blocks.map((block) => {
    const old = textsWith(block.lines, ' -').map((text) => ({ mark: /** @type {const} */ ('-'), text: change(text) }));
    const put = textsWith(block.lines, ' +').map((text) => ({ mark: /** @type {const} */ ('+'), text }));
    if (textsWith(old, '-').join('\n') === textsWith(block.lines, ' -').join('\n')) return block;
    changed = true;
    return { ...block, lines: [...old, ...put] };
  });
  return changed ? { ...request, blocks } : undefined;
}

/** @type {Perturbation} */
const oneLineIndented = (random, request) => {
  const victim = random.int(0, 6);
  let at = -1;
  return eachLine(request, (line, { mark }) => {
    if (mark === '+' || isBlank(line)) return line;
    at += 1;
    return at === victim ? `${random.pick([' ', '  '])}${line}` : line;
  });
};

/** @type {Perturbation} */
const trailingBlanks = (random, request) =>
  eachLine(request, (line) => (random.chance(0.6) ? `${line}${random.pick([' ', '  ', '\t'])}` : line));

/** @type {Perturbation} */
const trailingBlanksInFile = (random, request) => {
  // What follows a text in its last line is not quoted, and stays.
  const blocks = request.blocks.map(({ at, lines }) => [at, at + textsWith(lines, ' -').length - 1]);
  const inBlock = (/** @type {number} */ index) => blocks.some(([from = 0, to = 0]) => index >= from && index < to);
  // A line that goes in one place and comes in another may count as one that stays, blanks included, or not.
  const comes = new Set(request.hunks.flatMap(({ put }) => put));
  const lines = splitLines(request.text).map((line, index) =>
    inBlock(index) && !comes.has(line) && random.chance(0.5) ? `${line}${random.pick([' ', '   ', '\t'])}` : line,
  );
  return inFile(request, lines);
};

/** The file has these lines in truth. @param {Request} request @param {readonly string[]} lines @returns {Perturbed | undefined} */
function inFile(request, lines) {
  const text = lines.join('\n') + (request.text.endsWith('\n') ? '\n' : '');
  return text === request.text ? undefined : { ...request, text, wanted: applyHunks(text, request.hunks) };
}

/** @type {Perturbation} */
const crlfFile = (_, request) => {
  const crlf = (/** @type {string} */ text) => text.replaceAll('\n', '\r\n');
  return {
    ...request,
    text: crlf(request.text),
    wanted: request.wanted === undefined ? undefined : crlf(request.wanted),
  };
};

/** @type {Perturbation} */
const crlfRequest = (_, request) => ({ ...request, breaks: '\r\n' });

/** @param {string} line */
const typographic = (line) =>
  line
    .replace(/(^|[\s([{=:,])"/g, '$1“')
    .replaceAll('"', '”')
    .replace(/(^|[\s([{=:,])'/g, '$1‘')
    .replaceAll("'", '’')
    .replaceAll(' - ', ' – ')
    .replaceAll('...', '…');

/** @type {Perturbation} */
const quotes = (random, request) => (random.chance(0.5) ? eachLine(request, typographic) : split(request, typographic));

const MARKS = ['// ... existing code ...', '# ... rest of the code unchanged ...', '...', '/* ... */', '// …'];

/** Lines in the middle left out: of what stays, or of all that is old. @type {Perturbation} */
const elision = (random, request) => {
  const mark = random.pick(MARKS);
  let changed = false;
  const blocks = request.blocks.map((block) => {
    const stays = block.lines.flatMap(({ mark: sign }, index) => (sign === ' ' ? [index] : []));
    const runs = stays.filter((index) => stays.includes(index + 1));
    if (runs.length === 0) return block;
    changed = true;
    const from = random.pick(runs);
    let to = from;
    while (stays.includes(to)) to++;
    const dots = `${indentOf(block.lines[from]?.text ?? '')}${mark}`;
    return {
      ...block,
      lines: [
        ...block.lines.slice(0, from),
        { mark: /** @type {const} */ (' '), text: dots },
        ...block.lines.slice(to),
      ],
    };
  });
  return changed ? { ...request, blocks } : undefined;
};

/** Old in full, new with a gap: to be written as it is. @type {Perturbation} */
const elisionInNew = (random, request) => {
  let changed = false;
  const blocks = request.blocks.map((block) => {
    const put = textsWith(block.lines, ' +');
    if (put.length < 3) return block;
    changed = true;
    const old = textsWith(block.lines, ' -').map((text) => ({ mark: /** @type {const} */ ('-'), text }));
    const from = random.int(1, put.length - 2);
    const texts = [
      ...put.slice(0, from),
      `${indentOf(put[from] ?? '')}${random.pick(MARKS.slice(0, 2))}`,
      ...put.slice(from + random.int(1, 3)),
    ];
    return { ...block, lines: [...old, ...texts.map((text) => ({ mark: /** @type {const} */ ('+'), text }))] };
  });
  return changed ? { ...request, blocks } : undefined;
};

/** @type {Perturbation} */
const lineNumbers = (random, request) => {
  const gutter = random.pick([
    (/** @type {number} */ n) => `${n}\t`,
    (/** @type {number} */ n) => `${n} | `,
    (/** @type {number} */ n) => `${n}: `,
  ]);
  const both = random.chance(0.5);
  const blocks = request.blocks.map((block) => {
    let at = block.at;
    const lines = block.lines.map(({ mark, text }) => {
      at += mark === '+' ? 0 : 1;
      return { mark, text: mark !== '+' || both ? gutter(Math.max(1, at)) + text : text };
    });
    return { ...block, lines };
  });
  return { ...request, blocks };
};

/** The region around a block is in the file a second time. @type {Perturbation} */
const repeated = (random, request) => {
  const lines = splitLines(request.text);
  const { at, lines: marked } = random.pick(request.blocks);
  const size = textsWith(marked, ' -').length;
  const around = random.int(0, 4);
  const copy = lines.slice(Math.max(0, at - around), at + size + around);
  // Behind all hunks, so that what is wanted is the same change of the first.
  const last = request.blocks.at(-1);
  const end = (last?.at ?? 0) + textsWith(last?.lines ?? [], ' -').length;
  const place = random.int(end, lines.length);
  return inFile(request, [...lines.slice(0, place), ...copy, ...lines.slice(place)]);
};

/** @param {Random} random @param {string} line */
function misquoted(random, line) {
  const words = line.match(/\w+/g) ?? [];
  const word = words.length > 0 ? random.pick(words) : '';
  return word === ''
    ? `${line};`
    : line.replace(
        word,
        random.pick([`${word}s`, word.toUpperCase() === word ? `${word}1` : word.toUpperCase(), `the${word}`]),
      );
}

/** @type {Perturbation} */
const wrongLine = (random, request) => {
  const count = request.blocks.reduce((sum, { lines }) => sum + textsWith(lines, ' -').length, 0);
  const victim = random.int(0, count - 1);
  let at = -1;
  return eachLine(request, (line, { mark }) => {
    if (mark === '+') return line;
    at += 1;
    return at === victim && !isBlank(line) ? misquoted(random, line) : line;
  });
};

/** The file went on elsewhere; or in a line that the request quotes, and only a refusal is right. @type {Perturbation} */
const stale = (random, request) => {
  const lines = splitLines(request.text);
  const block = random.pick(request.blocks);
  const size = textsWith(block.lines, ' -').length;
  if (random.chance(0.5)) {
    const victim = block.at + random.int(0, size - 1);
    if (isBlank(lines[victim] ?? '')) return undefined;
    const now = random.chance(0.3) ? [] : [misquoted(random, lines[victim] ?? '')];
    return {
      ...request,
      text: `${[...lines.slice(0, victim), ...now, ...lines.slice(victim + 1)].join('\n')}\n`,
      wanted: undefined,
    };
  }
  const fresh = Array.from({ length: random.int(1, 9) }, (_, index) => `fresh line ${index} ${random.int(0, 999)}`);
  const hunks = request.hunks.map((hunk) => ({ ...hunk, from: hunk.from + fresh.length, to: hunk.to + fresh.length }));
  return inFile({ ...request, hunks }, [...fresh, ...lines]);
};

/** Blank lines between other ones that stay: one that goes, left out, would be another wish. @type {Perturbation} */
const blankLinesOmitted = (_, request) => {
  const blocks = request.blocks.map((block) => {
    const solid = block.lines.flatMap(({ mark, text }, index) => (mark !== '+' && !isBlank(text) ? [index] : []));
    const [first = 0, last = 0] = [solid[0], solid.at(-1)];
    const omitted = (/** @type {Mark} */ { mark, text }, /** @type {number} */ index) =>
      mark === ' ' && isBlank(text) && index > first && index < last;
    return { ...block, lines: block.lines.filter((line, index) => !omitted(line, index)) };
  });
  return blocks.some((block, index) => block.lines.length !== request.blocks[index]?.lines.length)
    ? { ...request, blocks }
    : undefined;
};

/** @type {Perturbation} */
const blankLinesAdded = (random, request) => {
  const blank = { mark: /** @type {const} */ (' '), text: '' };
  const before = random.chance(0.6);
  const blocks = request.blocks.map((block) => ({
    ...block,
    lines: [...(before ? [blank] : []), ...block.lines, ...(before && random.chance(0.5) ? [] : [blank])],
  }));
  return { ...request, blocks };
};

/** The file has decomposed letters (NFD), the request composed ones. @type {Perturbation} */
const composition = (_, request) => {
  const accent = (/** @type {string} */ line) => line.replaceAll('e', 'é').replaceAll('o', 'ö');
  const lines = splitLines(request.text).map((line) => accent(line).normalize('NFD'));
  const hunks = request.hunks.map((hunk) => ({ ...hunk, put: hunk.put.map(accent) }));
  const blocks = request.blocks.map((block) => ({
    ...block,
    lines: block.lines.map((mark) => ({ ...mark, text: accent(mark.text) })),
  }));
  const made = inFile({ ...request, hunks, blocks }, lines);
  return made && { ...made, anchor: accent };
};

/**
 * `bare`: the request has only the changed lines. `blanksOnly`: an old text that is the same after it is no wrong one.
 * @type {readonly { name: string, perturb: Perturbation, bare?: true, blanksOnly?: true }[]}
 */
export const PERTURBATIONS = [
  { name: 'none', perturb: (_, request) => request },
  { name: 'too little context', perturb: (_, request) => request, bare: true },
  { name: 'indented deeper', perturb: deeper, blanksOnly: true },
  { name: 'indented less', perturb: shallower, blanksOnly: true },
  { name: 'tabs for spaces, spaces for tabs', perturb: otherBlanks, blanksOnly: true },
  { name: 'other indentation width', perturb: otherWidth, blanksOnly: true },
  { name: 'old indented wrongly, new rightly', perturb: oldOnlyIndented, blanksOnly: true },
  { name: 'one line indented wrongly', perturb: oneLineIndented, blanksOnly: true },
  { name: 'trailing blanks in the request', perturb: trailingBlanks, blanksOnly: true },
  { name: 'trailing blanks in the file', perturb: trailingBlanksInFile },
  { name: 'CRLF in the file', perturb: crlfFile },
  { name: 'CRLF in the request', perturb: crlfRequest },
  { name: 'typographic quotes and dashes', perturb: quotes },
  { name: 'lines left out of old and new', perturb: elision },
  { name: 'lines left out of new', perturb: elisionInNew },
  { name: 'line numbers', perturb: lineNumbers },
  { name: 'the block is there twice', perturb: repeated },
  { name: 'the block is there twice, too little context', perturb: repeated, bare: true },
  { name: 'a wrong line in old', perturb: wrongLine },
  { name: 'stale', perturb: stale },
  { name: 'stale, too little context', perturb: stale, bare: true },
  { name: 'blank lines omitted', perturb: blankLinesOmitted },
  { name: 'blank lines added', perturb: blankLinesAdded },
  { name: 'composed letters (NFC for NFD)', perturb: composition },
];
