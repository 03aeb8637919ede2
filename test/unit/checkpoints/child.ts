/** `node child.ts <base> <root> <operation> <step> [argument]`: does one thing and kills itself after that step; prints what came of it. */
import { nodeCheckpoints } from '../../../src/headless/ports/checkpoints.ts';

const [base = '', root = '', operation = '', at = '-1', argument = ''] = process.argv.slice(2);
let steps = 0;
const checkpoints = await nodeCheckpoints({
  base,
  root,
  onStep: () => {
    if (steps++ === Number(at)) process.kill(process.pid, 'SIGKILL');
  },
});
const quiet = AbortSignal.any([]);

async function work(): Promise<unknown> {
  if (operation === 'take') return checkpoints.take([], quiet);
  if (operation === 'clean') return checkpoints.keepOnly(argument === '' ? [] : argument.split(','));
  const changes = await checkpoints.compare(argument, undefined, quiet);
  return 'fault' in changes ? changes : checkpoints.restore(argument, changes, quiet);
}

console.log(JSON.stringify(await work()));
if (operation === 'take' && argument === 'stay') setInterval(() => {}, 1000);
