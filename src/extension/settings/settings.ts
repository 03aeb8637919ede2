/** The person's settings, read through zod: a value that does not fit counts as not set. All are machine scope. */
import * as vscode from 'vscode';
import * as z from 'zod';
import { LimitName, Limits, Mode } from '../../agent/journal/event.ts';
import { Price, type Profile } from '../../agent/model/model.ts';
import type { Switches } from '../../agent/policy/switches.ts';
import type { OwnRules } from '../../headless/ports/rules.ts';

const read = <T>(name: string, schema: z.ZodType<T>): T | undefined => {
  const parsed = schema.safeParse(vscode.workspace.getConfiguration('goalwright').get(name));
  return parsed.success ? parsed.data : undefined;
};

export const modeSetting = (): Mode => read('mode', Mode) ?? 'ask';

export const notificationSetting = (): boolean => read('notifications', z.boolean()) ?? true;

/** The setting of each limit, below `goalwright.limits`. */
const LIMITS: Readonly<Record<LimitName, string>> = {
  steps: 'steps',
  tokens: 'tokens',
  cost: 'cost',
  minutes: 'minutes',
  daySteps: 'perDay.steps',
  dayTokens: 'perDay.tokens',
  dayCost: 'perDay.cost',
  dayMinutes: 'perDay.minutes',
};

/** A bound that is not set is not in the result. */
export const limitSettings = (): Limits =>
  Object.fromEntries(
    LimitName.options.flatMap((name) => {
      const max = read(`limits.${LIMITS[name]}`, Limits.shape[name]);
      return max === undefined ? [] : [[name, max]];
    }),
  );

/** What the person turned off in the settings. */
export const switchSettings = (): Switches => ({
  edits: read('allow.edits', z.boolean()) ?? true,
  deletion: read('allow.deletion', z.boolean()) ?? true,
  commands: read('allow.commands', z.boolean()) ?? true,
  continuous: true,
  outside: read('allow.outside', z.boolean()) ?? true,
  disabled: read('disabledCommands', z.array(z.string())) ?? [],
  ...domainSetting(),
});

/** An empty list is none. */
function domainSetting(): Pick<Switches, 'domains'> {
  const domains = read('allowedDomains', z.array(z.string())) ?? [];
  return domains.length > 0 ? { domains: domains.map((domain) => domain.trim().toLowerCase()) } : {};
}

export const sandboxSetting = (): 'auto' | 'off' => read('sandbox', z.enum(['auto', 'off'])) ?? 'auto';

/** The person's patterns for secrets, as they were written; a workspace cannot set them. */
export function secretPatternSetting(): readonly unknown[] {
  const written: unknown = vscode.workspace.getConfiguration('goalwright').inspect('secrets.patterns')?.globalValue;
  return Array.isArray(written) ? (written as readonly unknown[]) : [];
}

/** The person's rules; a workspace cannot set them. */
export const ruleSettings: OwnRules = {
  read: async () => vscode.workspace.getConfiguration('goalwright').inspect('rules')?.globalValue,
  async write(rules) {
    await vscode.workspace.getConfiguration('goalwright').update('rules', rules, vscode.ConfigurationTarget.Global);
  },
};

/** What the person set wins over what the environment names. */
export const agentSettings = (named: {
  readonly name: string | undefined;
  readonly role: string | undefined;
}): { name: string; role: string } => ({
  name: given('agent.name') ?? named.name ?? 'Goalwright',
  role: given('agent.role') ?? named.role ?? 'a careful software engineer',
});

/** A text that was set, not the default that package.json declares. */
function given(name: string): string | undefined {
  const text: unknown = vscode.workspace.getConfiguration('goalwright').inspect(name)?.globalValue;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

export interface ModelSettings {
  readonly id: string;
  readonly baseUrl: string;
  readonly overrides: Partial<Pick<Profile, 'contextWindow' | 'outputLimit' | 'price'>>;
}

export function modelSettings(): ModelSettings {
  const overrides = {
    contextWindow: read('model.contextWindow', z.number().int().positive()),
    outputLimit: read('model.outputLimit', z.number().int().positive()),
    price: read('model.price', Price),
  };
  return {
    id: read('model.id', z.string().trim().min(1)) ?? 'gpt-5.1',
    baseUrl: read('model.baseUrl', z.url({ protocol: /^https?$/ })) ?? 'https://api.openai.com/v1',
    overrides: Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)),
  };
}

export async function setModel(id: string, baseUrl: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration('goalwright.model');
  await settings.update('baseUrl', baseUrl, vscode.ConfigurationTarget.Global);
  await settings.update('id', id, vscode.ConfigurationTarget.Global);
}
