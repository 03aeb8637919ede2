/** Applies one change and kills itself with SIGKILL after step number `at`; exits 0 when there are fewer steps. */
import { readFile } from 'node:fs/promises';
import { hashOf } from '../../../src/agent/hash.ts';
import { nodeWorkspace } from '../../../src/headless/ports/workspace.ts';

const [root = '', ledger = '', target = '', after = '', at = '0'] = process.argv.slice(2);
let steps = 0;
const workspace = await nodeWorkspace(root, {
  ledger,
  onStep: () => {
    if (steps++ === Number(at)) process.kill(process.pid, 'SIGKILL');
  },
});
const before = await readFile(target).catch(() => undefined);
const result = await workspace.apply({
  path: target,
  before: before && hashOf(before),
  after: await readFile(after),
});
process.exit(result.kind === 'applied' ? 0 : 1);
