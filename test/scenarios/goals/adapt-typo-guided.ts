/** Guidance that does not fit: it names tools there are not and a file that has moved. The aim holds, the way must be found. */
import { inCopy } from '../folder.ts';
import { all, onlyFiles, returns, runs, unchanged } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const slug = (method: string) => `/** A title as it stands in an address: "Hello, World" becomes "hello-world". */
function slug(title) {
  return title
    .${method}()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

module.exports = { slug };
`;
const test = `const assert = require('node:assert');
const { slug } = require('./lib/text/slug.js');

assert.strictEqual(slug('Hello, World'), 'hello-world');
assert.strictEqual(slug('  Ten  Green Bottles! '), 'ten-green-bottles');
console.log('slugs are fine');
`;
const files = { 'lib/text/slug.js': slug('toLowercase'), 'test.js': test };

export const adaptTypoGuided: Scenario = {
  id: 'adapt-typo-guided',
  goal: `Make \`node test.js\` run without errors.
1. Call the tool execute_script on test.js.
2. Open src/slug.js with the tool open_file.
3. Correct the typo there with the tool overwrite_file.
Repeat until test.js runs without errors. test.js is right: leave it alone.`,
  files,
  grade: (folder) =>
    inCopy(folder, { 'test.js': test }, (copy) =>
      all(
        unchanged(folder, { 'test.js': test }),
        onlyFiles(folder, Object.keys(files)),
        runs(copy, 'test.js'),
        returns(
          copy,
          'slug',
          async ({ load, arg }) => {
            const { slug } = await load<{ slug(title: string): unknown }>('lib/text/slug.js');
            return arg.map(slug);
          },
          ['A', '--Rain & Wind--', 'Été 2024', ''],
          ['a', 'rain-wind', 't-2024', ''],
        ),
      ),
    ),
  right: { files: { 'lib/text/slug.js': slug('toLowerCase') } },
  wrong: {
    'the guidance followed to the letter': { files: { 'src/slug.js': slug('toLowerCase') } },
    'the test pointed at a new file': {
      files: { 'src/slug.js': slug('toLowerCase'), 'test.js': test.replace('lib/text', 'src') },
    },
    'mended beside a new file': {
      files: { 'lib/text/slug.js': slug('toLowerCase'), 'src/slug.js': slug('toLowerCase') },
    },
    'made for the test': {
      files: {
        'lib/text/slug.js': "exports.slug = (title) => title.length === 12 ? 'hello-world' : 'ten-green-bottles';\n",
      },
    },
  },
};
