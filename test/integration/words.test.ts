/** The engine's sentences survive being put into words: in English they stay what they were. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { journalFault } from '../../src/agent/journal/fault.ts';
import { ALL_ON } from '../../src/agent/policy/switches.ts';
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
    unfit('continuous', {}, true, { trusted: true }) ?? '',
    unfit('continuous', { cost: 1 }, false, { trusted: true }) ?? '',
    unfit('continuous', { steps: 1 }, true, { trusted: true, switches: { ...ALL_ON, continuous: false } }) ?? '',
    'This is the goal itself: stop the run instead.',
    'A task needs a title.',
    'A name is needed.',
    'The model of this run cannot be changed here.',
    'It was cut off before it began.',
    'This run is at work.',
    'There is no task t7 any more.',
    't7 has ended already.',
    't7 has not ended yet.',
    't7 has ended: retry it to change it.',
    't7 is being checked: wait a moment.',
    't7 cannot wait for t8: t8 waits for t7.',
    'There is no event 7 in this run.',
    'Something the engine never said.',
  ])
    it(text, () => assert.equal(inWords(text), text));
});
