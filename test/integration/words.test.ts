/** The engine's sentences survive being put into words: in English they stay what they were. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { journalFault } from '../../src/agent/journal/fault.ts';
import { unfit } from '../../src/agent/run/limits.ts';
import { inWords } from '../../src/extension/words.ts';

const fault = (code: string) => journalFault(Object.assign(new Error('{0} (disk)'), { code })).message;

describe('words', () => {
  for (const text of [
    'This question is no longer open.',
    'Another run is at work in this folder (process 7 on this computer).',
    'Another run is at work in this folder (another window that is just starting).',
    'process 7 on host-1',
    'There is no run 20261122-1.',
    'The journal is damaged at byte 7, the first line: its sum is wrong. It is kept as it is and opened read-only.',
    'A newer Goalwright wrote this journal (event x). Update to continue it.',
    fault('ENOSPC'),
    fault('EACCES'),
    fault('EIO'),
    unfit('continuous', {}, true) ?? '',
    unfit('continuous', { cost: 1 }, false) ?? '',
    'Something the engine never said.',
  ])
    it(text, () => assert.equal(inWords(text), text));
});
