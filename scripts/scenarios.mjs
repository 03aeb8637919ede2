/**
 * Plays the scenarios of test/scenarios and prints a table; exit code 1 when one fails.
 *
 *   npm run scenarios                                                   the recorded replies
 *   npm run scenarios -- --base-url URL --model ID                      live; the key is read from OPENAI_API_KEY
 *   npm run scenarios -- --base-url URL --model ID --record             live, and keeps what was said as recordings
 *
 *   --only ID,ID   these alone      --json   results as JSON      --keep   keep the folder and the journal of what failed
 */
import { parseArgs } from 'node:util';
import { chatModel } from '../src/agent/model/chat.ts';
import { profileOf } from '../src/agent/model/profile.ts';
import { systemClock } from '../src/headless/ports/clock.ts';
import { SCENARIOS } from '../test/scenarios/all.ts';
import { play } from '../test/scenarios/play.ts';
import { record, recorded, replay } from '../test/scenarios/recordings.ts';

function wrong(problem) {
  console.error(`scenarios: ${problem} See docs/scenarios.md.`);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        'base-url': { type: 'string' },
        model: { type: 'string' },
        only: { type: 'string' },
        record: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return wrong(error.message);
  }
}

const options = readOptions();
const { 'base-url': baseUrl, model: name, keep } = options;
if ((baseUrl === undefined) !== (name === undefined)) wrong('A live run needs both --base-url and --model.');
if (baseUrl !== undefined && !URL.canParse(baseUrl)) wrong(`--base-url '${baseUrl}' is not an address.`);
const live = baseUrl !== undefined;
if (options.record && !live) wrong('Nothing is recorded without --base-url and --model.');

const ids = options.only?.split(',') ?? SCENARIOS.map(({ id }) => id);
const unknown = ids.find((id) => !SCENARIOS.some((scenario) => scenario.id === id));
if (unknown !== undefined) wrong(`There is no scenario '${unknown}', but ${SCENARIOS.map(({ id }) => id).join(', ')}.`);
const missing = live ? [] : ids.filter((id) => !recorded().includes(id));
if (missing.length > 0)
  wrong(`No recording of ${missing.join(', ')}: play live with --base-url and --model, or name others with --only.`);

const model = live
  ? chatModel({
      baseUrl,
      apiKey: process.env.OPENAI_API_KEY || undefined,
      model: name,
      profile: await profileOf(name),
      fetch,
      clock: systemClock,
    })
  : undefined;

/** What came of one scenario; `refused`: why it was not recorded. */
async function result(scenario) {
  if (!model) return { played: await replay(scenario, undefined, { keep }) };
  return options.record ? record(scenario, model, { keep }) : { played: await play(scenario, () => model, { keep }) };
}

const results = [];
for (const scenario of SCENARIOS.filter(({ id }) => ids.includes(id))) {
  const { played, refused } = await result(scenario);
  results.push({ ...played, ...(refused && { refused }) });
  if (!options.json) print(results.at(-1), results.length === 1);
}
if (options.json) console.log(JSON.stringify(results, undefined, 2));
else {
  const sum = (of) => results.reduce((total, each) => total + (of(each) ?? 0), 0);
  const priced = results.every(({ cost }) => cost !== undefined);
  console.log(
    `${results.filter(({ passed }) => passed).length} of ${results.length} passed, ${sum(({ steps }) => steps)} steps, ` +
      `${sum(({ tokens }) => tokens)} tokens, ${priced ? `$${sum(({ cost }) => cost).toFixed(4)}` : 'price not known'}, ` +
      `${sum(({ seconds }) => seconds).toFixed(0)} s`,
  );
}
if (results.some(({ passed, refused }) => !passed || refused)) process.exitCode = 1;

function print({ id, passed, outcome, proof, steps, tokens, cost, seconds, findings, report, refused, kept }, first) {
  const row = (...cells) => {
    const widths = [24, 8, 6, 6, 8, 9, 8];
    console.log(cells.map((cell, at) => (at < 3 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' '));
  };
  if (first) row('scenario', 'passed', 'proof', 'steps', 'tokens', 'cost', 'seconds');
  row(
    id,
    passed ? 'yes' : 'NO',
    proof,
    String(steps),
    String(tokens),
    cost === undefined ? '?' : `$${cost.toFixed(4)}`,
    seconds.toFixed(1),
  );
  if (outcome !== 'done') console.log(`  ${outcome}: ${report}`);
  for (const finding of findings) console.log(`  ${finding}`);
  if (refused) console.log(`  not recorded: ${refused}`);
  if (kept) console.log(`  kept: ${kept}`);
}
