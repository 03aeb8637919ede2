/**
 * The person's rules and the workspace's, read anew before each decision. The person's come from wherever the host keeps
 * settings; a workspace's from `.goalwright/policy.json`, which the agent cannot write, and which can only narrow.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { Rule, type RuleSet } from '../../agent/policy/rule.ts';
import type { RuleSource } from '../../agent/ports.ts';

const MAX_RULES = 500;
const MAX_CHARS = 1_000_000;
const FILE = 'policy.json';

/** Where the person's rules are kept: a list, as it was written. */
export interface OwnRules {
  read(): Promise<unknown>;
  write(rules: readonly unknown[]): Promise<void>;
}

/** Among the person's rules: what else is a secret, `{"secret": "ACME-[0-9]{8}"}`. */
const SecretPattern = z.strictObject({ secret: z.string() });

export async function secretPatterns(own: Pick<OwnRules, 'read'>): Promise<readonly string[]> {
  const written = await own.read();
  if (!Array.isArray(written)) return [];
  return (written as readonly unknown[]).slice(0, MAX_RULES).flatMap((entry) => {
    const parsed = SecretPattern.safeParse(entry);
    return parsed.success ? [parsed.data.secret] : [];
  });
}

/** `problems`: entries that do not count, a sentence each, as of the last refresh. */
export interface NodeRules extends RuleSource {
  problems(): readonly string[];
}

export function nodeRules(own: OwnRules, root: string, trusted: boolean): NodeRules {
  let current: Pick<RuleSet, 'user' | 'workspace'> = { user: [], workspace: [] };
  let problems: string[] = [];
  return {
    current: () => current,
    problems: () => problems,
    async refresh() {
      const found: string[] = [];
      const user = rulesOf(await own.read(), 'your rules', found, isPattern);
      const text = trusted ? await textOf(path.join(root, '.goalwright', FILE)) : undefined;
      const workspace = rulesOf(text === undefined ? [] : parse(text), `.goalwright/${FILE}`, found);
      for (const { verdict } of workspace)
        if (verdict === 'allow')
          found.push(`.goalwright/${FILE}: a workspace can only narrow, an "allow" does not count.`);
      current = { user, workspace };
      problems = found;
    },
    async add(rule) {
      try {
        const written = await own.read();
        const rules = Array.isArray(written) ? (written as readonly unknown[]) : [];
        if (rules.length >= MAX_RULES) return `There are ${MAX_RULES} rules already: take some out first.`;
        await own.write([...rules, rule]);
        current = { ...current, user: [...current.user, rule] };
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  };
}

const isPattern = (entry: unknown): boolean => SecretPattern.safeParse(entry).success;

/** Those that can be read; what is wrong with the others goes to `problems`. A list that is none narrows nothing, and is told. */
function rulesOf(
  written: unknown,
  where: string,
  problems: string[],
  isOther: (entry: unknown) => boolean = () => false,
): Rule[] {
  if (written === undefined) return [];
  if (!Array.isArray(written)) {
    problems.push(`${where}: this is no list of rules.`);
    return [];
  }
  const entries = written as readonly unknown[];
  if (entries.length > MAX_RULES) problems.push(`${where}: only the first ${MAX_RULES} rules count.`);
  return entries.slice(0, MAX_RULES).flatMap((entry, index) => {
    if (isOther(entry)) return [];
    const parsed = Rule.safeParse(entry);
    if (!parsed.success) problems.push(`${where}: rule ${index + 1} cannot be read and does not count.`);
    return parsed.success ? [parsed.data] : [];
  });
}

/** The person's rules on the command line: `goalwright/policy.json` where configuration is kept. */
export function ownRulesFile(env: NodeJS.ProcessEnv = process.env): OwnRules {
  const folder = env.XDG_CONFIG_HOME && path.isAbsolute(env.XDG_CONFIG_HOME) ? env.XDG_CONFIG_HOME : undefined;
  const file = path.join(folder ?? path.join(homedir(), '.config'), 'goalwright', FILE);
  return {
    async read() {
      const text = await textOf(file);
      return text === undefined ? [] : parse(text);
    },
    async write(rules) {
      await mkdir(path.dirname(file), { recursive: true });
      const next = `${file}.${process.pid}`;
      await writeFile(next, `${JSON.stringify(rules, undefined, 2)}\n`, { mode: 0o600 });
      await rename(next, file);
    },
  };
}

async function textOf(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text !== undefined && text.length <= MAX_CHARS ? text : undefined;
}

/** `null`, which is no list, for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
