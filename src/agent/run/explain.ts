/** What would become of a command or a path, without doing anything: the same look and the same judgement as in a run. */
import type { Mode } from '../journal/event.ts';
import { type Decision, decide, mapMode, type Rights } from '../policy/decide.ts';
import { NO_RULES } from '../policy/rule.ts';
import type { Ports } from '../ports.ts';
import type { Action } from '../tools/tool.ts';
import { lookAt } from './look.ts';

/** What is asked about: a command line, or a path and what is to be done with it. */
export interface PolicyQuestion {
  readonly what: string;
  readonly access: 'command' | 'read' | 'edit';
  /** The command says that it needs the network. */
  readonly network: boolean;
}

export interface Explanation {
  readonly verdict: Decision['verdict'];
  readonly rule: string;
  /** One sentence. */
  readonly reason: string;
  /** Of a command: why it has no sandbox, or that it has one. */
  readonly sandbox?: string;
  /** Of a command in the sandbox: can it be held to a list of domains, or why not. */
  readonly domains?: string;
  /** What happens in each mode. */
  readonly modes: Readonly<Record<Mode, string>>;
}

const MODES: readonly Mode[] = ['ask', 'autoEdit', 'continuous', 'readOnly'];
const SAYS = { run: 'goes ahead', accept: 'goes ahead', ask: 'is asked about', refuse: 'is refused' } as const;

/** Rules are read anew. Rejects with nothing: what cannot be resolved is a verdict. */
export async function explain(
  ports: Pick<Ports, 'workspace' | 'shell' | 'git' | 'rules'>,
  rights: Rights,
  { what, access, network }: PolicyQuestion,
): Promise<Explanation> {
  await ports.rules?.refresh();
  const rules = { ...(ports.rules?.current() ?? NO_RULES), run: [] };
  const path = await ports.workspace.resolve(access === 'command' ? '.' : what);
  if ('fault' in path) return { verdict: 'deny', rule: 'path-spelling', reason: path.fault, modes: inAll('refuse') };
  const action: Action =
    access === 'command'
      ? {
          kind: 'command',
          command: what,
          cwd: path,
          looked: await lookAt(ports, what, path, { network, domains: rights.switches?.domains }),
        }
      : { kind: access, path };
  const inMode = (mode: Mode): Decision => decide(action, { ...rights, mode, rules });
  const { verdict, rule, reason } = inMode('ask');
  const state = access === 'command' ? await ports.shell.sandbox?.() : undefined;
  return {
    ...{ verdict, rule, reason },
    ...(state && { sandbox: state.kind === 'none' ? `None: ${state.reason}` : state.kind }),
    ...(network &&
      state &&
      state.kind !== 'none' && { domains: state.allOrNothing ?? 'A command can be held to some of them.' }),
    modes: {
      ask: SAYS[mapMode(inMode('ask'), 'ask').kind],
      autoEdit: SAYS[mapMode(inMode('autoEdit'), 'autoEdit').kind],
      continuous: SAYS[mapMode(inMode('continuous'), 'continuous').kind],
      readOnly: SAYS[mapMode(inMode('readOnly'), 'readOnly').kind],
    },
  };
}

const inAll = (how: keyof typeof SAYS): Record<Mode, string> => ({
  ...{ ask: SAYS[how], autoEdit: SAYS[how], continuous: SAYS[how], readOnly: SAYS[how] },
});

/** For a person, several lines. */
export function explanationText({ verdict, rule, reason, sandbox, domains, modes }: Explanation): string {
  const lines = [`${verdict}: ${reason}`, `rule: ${rule}`];
  if (sandbox !== undefined) lines.push(`sandbox: ${sandbox}`);
  if (domains !== undefined) lines.push(`domains: ${domains}`);
  return [...lines, ...MODES.map((mode) => `  ${mode.padEnd(10)} ${modes[mode]}`)].join('\n');
}
