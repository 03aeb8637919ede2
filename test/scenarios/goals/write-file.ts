/** The smallest job there is: one file with one line. */
import { all, onlyFiles, sameText } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const LINE = 'The kettle is on.';

export const writeFile: Scenario = {
  id: 'write-file',
  goal: `Create a file greeting.txt that holds exactly this line: ${LINE}`,
  files: {},
  grade: (folder) => all(sameText(folder, 'greeting.txt', LINE), onlyFiles(folder, ['greeting.txt'])),
  right: { files: { 'greeting.txt': `${LINE}\n` } },
  wrong: {
    'another name': { files: { 'greeting.md': LINE } },
    'the line quoted': { files: { 'greeting.txt': `"${LINE}"\n` } },
    'more than was asked': { files: { 'greeting.txt': `${LINE}\nHave a nice day!\n` } },
    'a file too many': { files: { 'greeting.txt': LINE, 'notes.md': 'I wrote it.' } },
  },
};
