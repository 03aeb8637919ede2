/** A command as its card shows it. */
import type { Subject } from '../journal/event.ts';
import type { CommandRule } from '../policy/rule.ts';
import type { Looked } from '../tools/tool.ts';

type CommandSubject = Extract<Subject, { kind: 'command' }>;

/** `remember`: the exact rule that "always" would store; it covers this text in this folder, as it is defined now. */
export function commandSubject(
  shown: Omit<CommandSubject, 'kind' | 'network' | 'domains' | 'sandboxed' | 'remember'>,
  looked: Looked | undefined,
): CommandSubject {
  if (!looked) return { kind: 'command', ...shown };
  const { definition, sandbox } = looked;
  const reaches = sandbox?.network === true && {
    network: true,
    ...(sandbox.domains && { domains: [...sandbox.domains] }),
  };
  const remember: CommandRule = {
    ...{ verdict: 'allow', command: shown.command, in: shown.cwd === '' ? '.' : shown.cwd },
    ...(definition && { definition }),
    ...reaches,
  };
  return {
    ...{ kind: 'command', ...shown, remember, sandboxed: sandbox !== undefined },
    ...reaches,
  };
}
