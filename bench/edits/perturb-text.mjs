/** Faults in the text: line endings, quotes, gaps, numbers, wrong, repeated, stale and missing lines. */
import { indentOf, isBlank, splitLines } from './change.mjs';
import { eachLine, inFile, split } from './perturb-blanks.mjs';
import { textsWith } from './request.mjs';

/** @typedef {import('./perturb.mjs').Random} Random */
/** @typedef {import('./perturb.mjs').Block} Block */
/** @typedef {import('./perturb.mjs').Mark} Mark */
/** @typedef {import('./perturb.mjs').Hunk} Hunk */
/** @typedef {import('./perturb.mjs').Request} Request */
/** @typedef {import('./perturb.mjs').Perturbed} Perturbed */
/** @typedef {import('./perturb.mjs').Perturbation} Perturbation */

/** @type {Perturbation} */
export const crlfFile = (_, request) => {
  const crlf = (/** @type {string} */ text) => text.replaceAll('\n', '\r\n');
  return {
    ...request,
    text: crlf(request.text),
    wanted: request.wanted === undefined ? undefined : crlf(request.wanted),
  };
};

/** @type {Perturbation} */
export const crlfRequest = (_, request) => ({ ...request, breaks: '\r\n' });

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
export const quotes = (random, request) =>
  random.chance(0.5) ? eachLine(request, typographic) : split(request, typographic);

const MARKS = ['// ... existing code ...', '# ... rest of the code unchanged ...', '...', '/* ... */', '// …'];

/** Lines in the middle left out: of what stays, or of all that is old. @type {Perturbation} */
export const elision = (random, request) => {
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
export const elisionInNew = (random, request) => {
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
export const lineNumbers = (random, request) => {
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
export const repeated = (random, request) => {
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
export const wrongLine = (random, request) => {
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
export const stale = (random, request) => {
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
export const blankLinesOmitted = (_, request) => {
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
export const blankLinesAdded = (random, request) => {
  const blank = { mark: /** @type {const} */ (' '), text: '' };
  const before = random.chance(0.6);
  const blocks = request.blocks.map((block) => ({
    ...block,
    lines: [...(before ? [blank] : []), ...block.lines, ...(before && random.chance(0.5) ? [] : [blank])],
  }));
  return { ...request, blocks };
};

/** The file has decomposed letters (NFD), the request composed ones. @type {Perturbation} */
export const composition = (_, request) => {
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
