/**
 * AutoGPT's switches: what a person turns off for all runs. From several places (the settings, the environment, a folder's
 * `.env`) the most restrictive wins, so that none of them can widen what another narrowed.
 */

export interface Switches {
  /** ALLOW_FILE_MODIFICATION: may files be changed at all? */
  readonly edits: boolean;
  readonly deletion: boolean;
  /** EXECUTE_LOCAL_COMMANDS */
  readonly commands: boolean;
  /** CONTINUOUS_MODE=False: nothing goes on unasked. */
  readonly continuous: boolean;
  /** RESTRICT_TO_WORKSPACE: what is outside is not even asked about. */
  readonly outside: boolean;
  /** DISABLED_COMMANDS: names of tools, and of programs. */
  readonly disabled: readonly string[];
  /** ALLOWED_DOMAINS: the only hosts that may be reached. Absent: no list. */
  readonly domains?: readonly string[];
}

/** Nothing is turned off. */
export const ALL_ON: Switches = {
  edits: true,
  deletion: true,
  commands: true,
  continuous: true,
  outside: true,
  disabled: [],
};

/** Where it cannot be known what is turned off. */
export const ALL_OFF: Switches = {
  ...{ edits: false, deletion: false, commands: false, continuous: false, outside: false },
  disabled: [],
};

export const strictest = (one: Switches, other: Switches): Switches => ({
  edits: one.edits && other.edits,
  deletion: one.deletion && other.deletion,
  commands: one.commands && other.commands,
  continuous: one.continuous && other.continuous,
  outside: one.outside && other.outside,
  disabled: [...new Set([...one.disabled, ...other.disabled])],
  ...domainsOf(one.domains, other.domains),
});

/** What both lists hold. */
function domainsOf(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): Pick<Switches, 'domains'> {
  if (!one || !other) return one || other ? { domains: one ?? other ?? [] } : {};
  return { domains: one.filter((domain) => other.includes(domain)) };
}

export type Variables = Readonly<Record<string, string | undefined>>;

export interface FromVariables {
  readonly switches: Switches;
  /** AGENT_NAME, AGENT_ROLE: one line each. */
  readonly name?: string;
  readonly role?: string;
  /** DEBUG=True: each decision is logged. */
  readonly debug: boolean;
  /** CONTINUOUS_MODE=True was wished; only the person's own environment may. */
  readonly wantsContinuous: boolean;
  /** What could not be taken as it is, a sentence each, for the person. */
  readonly notes: readonly string[];
}

/** Names and roles enter the system text: one line that nobody has to scroll for. */
const MAX_NAME = 60;
const MAX_ROLE = 200;

/** Reads variables in AutoGPT's spelling. What cannot be read as yes or no is taken for the stricter of the two, and noted. */
export function switchesOf(variables: Variables): FromVariables {
  const notes: string[] = [];
  /** `strict`: what an unreadable value counts as. */
  const flag = (name: string, strict: boolean): boolean | undefined => {
    const text = variables[name]?.trim().toLowerCase();
    if (text === undefined || text === '') return undefined;
    if (YES.has(text)) return true;
    if (NO.has(text)) return false;
    notes.push(`${name} is neither True nor False: it counts as ${strict ? 'True' : 'False'}.`);
    return strict;
  };
  const continuous = flag('CONTINUOUS_MODE', false);
  const switches: Switches = {
    edits: flag('ALLOW_FILE_MODIFICATION', false) ?? true,
    deletion: true,
    commands: flag('EXECUTE_LOCAL_COMMANDS', false) ?? true,
    continuous: continuous ?? true,
    outside: !(flag('RESTRICT_TO_WORKSPACE', true) ?? false),
    disabled: listOf(variables.DISABLED_COMMANDS),
    ...(variables.ALLOWED_DOMAINS?.trim() && { domains: listOf(variables.ALLOWED_DOMAINS.toLowerCase()) }),
  };
  for (const name of LATER) if (variables[name]?.trim()) notes.push(`${name} is not available yet.`);
  const name = lineOf(variables.AGENT_NAME, MAX_NAME);
  const role = lineOf(variables.AGENT_ROLE, MAX_ROLE);
  return {
    switches,
    ...(name && { name }),
    ...(role && { role }),
    debug: flag('DEBUG', true) ?? false,
    wantsContinuous: continuous ?? false,
    notes,
  };
}

const YES: ReadonlySet<string> = new Set(['true', '1', 'yes', 'on']);
const NO: ReadonlySet<string> = new Set(['false', '0', 'no', 'off']);
/** Their tools do not exist yet. */
const LATER = ['USE_WEB_BROWSER', 'MEMORY_BACKEND'] as const;

const listOf = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

const lineOf = (text: string | undefined, max: number): string | undefined =>
  text
    ?.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, max) || undefined;
