/** `node kill-child.ts <scenario> <root> <base> <trace> <base URL> <n>`: runs a scenario and dies at the n-th way to; 0 when there are fewer. */
import { startRun } from '../../../src/agent/index.ts';
import { dyingPorts } from './kill-ports.ts';
import { goalOf, isKillName, KILL_SCENARIOS } from './kill-scenarios.ts';
import { attend, testModel } from './scene.ts';

const [name = '', root = '', base = '', trace = '', baseUrl = '', at = ''] = process.argv.slice(2);
if (!isKillName(name)) throw new Error(`no scenario ${name}`);
const scenario = KILL_SCENARIOS[name];
const ports = await dyingPorts({ root, base, trace }, Number(at));
const started = await startRun(ports, testModel(baseUrl, ports.clock, scenario.profile), goalOf(scenario), {
  trusted: true,
});
if ('problem' in started) throw new Error(started.problem);
const { outcome } = await attend(started.run, scenario.person).finished;
process.exit(outcome === 'done' ? 0 : 1);
