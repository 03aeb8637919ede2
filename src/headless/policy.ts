/** `goalwright policy`: says what would become of a command, a path or an address, and judges rows of cases. */
import { createInterface } from 'node:readline';
import type { Mode } from '../agent/journal/event.ts';
import { type Decision, decide, mapMode } from '../agent/policy/decide.ts';
import { lookAt } from '../agent/run/look.ts';
import type { Action } from '../agent/tools/tool.ts';
import type { PolicyQuestion } from './options.ts';
import { shellParser } from './ports/command-parser.ts';
import { nodeGit } from './ports/git.ts';
import { nodeRules, ownRulesFile } from './ports/rules.ts';
import { nodeSandbox } from './ports/sandbox/sandbox.ts';
import { nodeShell } from './ports/shell.ts';
import { configured } from './ports/switches.ts';
import { nodeWorkspace } from './ports/workspace.ts';

const MODES: readonly Mode[] = ['ask', 'autoEdit', 'continuous', 'readOnly'];
const SAYS = {
  run: 'goes ahead',
  accept: 'goes ahead',
  ask: 'is asked about',
  refuse: 'is refused',
} as const;

/** Returns the exit code. */
export async function policy(question: PolicyQuestion): Promise<number> {
  if (question.kind === 'check') return check();
  const decision = await explain(question);
  process.stdout.write(question.json ? `${JSON.stringify(decision)}\n` : explanation(decision));
  return 0;
}

/** One row a line in, one ruling a line out, in the same order; a line that is no JSON is asked about. */
async function check(): Promise<number> {
  const { judgeRow } = await import('../agent/policy/rows/index.ts');
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const row = parse(line);
    const ruling = await judgeRow(row, { load: shellParser });
    const id = typeof row === 'object' && row !== null && 'id' in row ? row.id : undefined;
    process.stdout.write(`${JSON.stringify({ id, ...ruling })}\n`);
  }
  return 0;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** With the rules, switches and sandbox that a run in this folder would have. */
async function explain({ cwd, what, access, network }: Extract<PolicyQuestion, { kind: 'explain' }>) {
  const workspace = await nodeWorkspace(cwd, {});
  const rules = nodeRules(ownRulesFile(), workspace.root, true);
  await rules.refresh();
  for (const problem of rules.problems()) process.stderr.write(`goalwright: ${problem}\n`);
  const { switches } = await configured(workspace.root, true);
  const action: Action | { readonly fault: string } = await (async () => {
    const path = await workspace.resolve(access === 'command' ? '.' : what);
    if ('fault' in path) return path;
    if (access !== 'command') return { kind: access, path };
    const shell = nodeShell({ sandbox: nodeSandbox({ root: workspace.root }) });
    const looked = await lookAt({ workspace, shell, git: nodeGit({ root: workspace.root }) }, what, path, network);
    return { kind: 'command', command: what, cwd: path, looked };
  })();
  if ('fault' in action)
    return { verdict: 'deny', rule: 'path-spelling', reason: action.fault, modes: {} as Partial<Record<Mode, string>> };
  const inMode = (mode: Mode): Decision =>
    decide(action, { mode, trusted: true, switches, rules: { ...rules.current(), run: [] } });
  const { verdict, rule, reason, isConfined } = inMode('ask');
  return {
    ...{ verdict, rule, reason },
    ...(isConfined !== undefined && { sandbox: isConfined }),
    modes: Object.fromEntries(MODES.map((mode) => [mode, SAYS[mapMode(inMode(mode), mode).kind]])),
  };
}

function explanation({ verdict, rule, reason, modes, ...more }: Awaited<ReturnType<typeof explain>>): string {
  const lines = [`${verdict}: ${reason}`, `rule: ${rule}`];
  if ('sandbox' in more && more.sandbox !== undefined)
    lines.push(more.sandbox ? 'It runs in the sandbox.' : 'It runs without a sandbox.');
  for (const [mode, says] of Object.entries(modes)) lines.push(`  ${mode.padEnd(10)} ${says}`);
  return `${lines.join('\n')}\n`;
}
