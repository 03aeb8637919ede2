/** `goalwright policy`: says what would become of a command or a path, and judges rows of cases. */
import { createInterface } from 'node:readline';
import { explain, explanationText } from '../agent/run/explain.ts';
import type { PolicyAsked } from './options.ts';
import { shellParser } from './ports/command-parser.ts';
import { nodeGit } from './ports/git.ts';
import { findRipgrep } from './ports/ripgrep.ts';
import { nodeRules, ownRulesFile } from './ports/rules.ts';
import { nodeSandbox } from './ports/sandbox/sandbox.ts';
import { nodeShell } from './ports/shell.ts';
import { configured } from './ports/switches.ts';
import { nodeWorkspace } from './ports/workspace.ts';

/** Returns the exit code. */
export async function policy(asked: PolicyAsked): Promise<number> {
  if (asked.kind === 'check') return check();
  const workspace = await nodeWorkspace(asked.cwd, {});
  const { root } = workspace;
  const rules = nodeRules(ownRulesFile(), root, true);
  const shell = nodeShell({ sandbox: nodeSandbox({ root, ripgrep: await findRipgrep() }) });
  const { switches } = await configured(root, true);
  const found = await explain({ workspace, shell, git: nodeGit({ root }), rules }, { trusted: true, switches }, asked);
  for (const problem of rules.problems()) process.stderr.write(`goalwright: ${problem}\n`);
  process.stdout.write(`${asked.json ? JSON.stringify(found) : explanationText(found)}\n`);
  return 0;
}

/** One row a line in, one ruling a line out, in the same order; a line that is no JSON is asked about. */
async function check(): Promise<number> {
  const { judgeRow } = await import('../agent/policy/rows/index.ts');
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const row = parse(line);
    const ruling = await judgeRow(row, shellParser);
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
