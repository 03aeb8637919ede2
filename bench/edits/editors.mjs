/** What becomes of a text: by the project's editors, and by the plain ones they are compared with. */

import { locate } from '../../src/agent/edit/locate.ts';
import { applyChunks, parsePatch } from '../../src/agent/edit/patch.ts';

/** @typedef {import('./request.mjs').Edit} Edit */
/** @typedef {{ text: string } | { refusal: string }} Outcome */

/** @param {string} text @param {readonly Edit[]} edits @returns {Outcome} */
export function byEdits(text, edits) {
  const result = locate(text, edits);
  return result.kind === 'located' ? { text: result.text } : { refusal: result.message };
}

/** @param {string} text @param {string} patch @returns {Outcome} */
export function byPatch(text, patch) {
  const parsed = parsePatch(patch);
  if ('fault' in parsed) return { refusal: parsed.fault };
  const [file] = parsed.files;
  if (file?.kind !== 'update') return { refusal: `The patch was read as ${file?.kind}.` };
  const result = applyChunks(text, file.chunks);
  return result.kind === 'located' ? { text: result.text } : { refusal: result.message };
}

/** Every old must be there exactly once, to the character. @param {string} text @param {readonly Edit[]} edits @returns {Outcome} */
export function exactly(text, edits) {
  let result = text;
  for (const { old, new: put } of edits) {
    const at = result.indexOf(old);
    if (old === '' || at < 0 || result.indexOf(old, at + 1) >= 0) return { refusal: 'old is not there exactly once' };
    result = result.slice(0, at) + put + result.slice(at + old.length);
  }
  return { text: result };
}

/** The first place where old is, to the character. @param {string} text @param {readonly Edit[]} edits @returns {Outcome} */
export function firstMatch(text, edits) {
  let result = text;
  for (const { old, new: put } of edits) {
    const at = result.indexOf(old);
    if (old === '' || at < 0) return { refusal: 'old is not there' };
    result = result.slice(0, at) + put + result.slice(at + old.length);
  }
  return { text: result };
}
