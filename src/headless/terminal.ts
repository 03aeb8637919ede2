/** Approvals and questions on the terminal: shows exactly what will happen and takes y, n or a reason. */
import { createInterface } from 'node:readline/promises';
import { hunksOf } from '../agent/edit/hunks.ts';
import { decode } from '../agent/edit/text-file.ts';
import type { Run } from '../agent/index.ts';
import type { EventOf, Subject } from '../agent/journal/event.ts';
import { approvalOf } from '../agent/journal/state.ts';
import { visibleText } from '../agent/policy/names.ts';

export function answerOnTerminal(run: Run): void {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline keeps Ctrl-C to itself: the first one stops the run in order, the second one ends the process.
  terminal.on('SIGINT', () => {
    if (run.state().status === 'ended') process.exit(130);
    void run.send({ type: 'stop' });
  });
  // Ctrl-D: nobody answers any more.
  terminal.on('close', () => {
    if (run.state().status !== 'ended') void run.send({ type: 'stop' });
  });
  void run.finished.finally(() => terminal.close());
  /** Nothing that was printed before, and nothing a model wrote, may hide what is asked. */
  const question = async (text: string): Promise<string> =>
    (await terminal.question(`\x1b[0m\n${visibleText(text)} `)).trim();

  const approve = async (event: EventOf<'approval.requested'>) => {
    const { subject, approval, nonce, shown } = event;
    if (approvalOf(run.state(), approval)?.status !== 'waiting') return;
    const text = await textOf(run, subject);
    const answer = await question(`${text}\nAccept? [y, n, or say why not]`);
    const accept = /^(y|yes)$/i.test(answer);
    const reason = accept || /^(n|no)?$/i.test(answer) ? undefined : answer;
    await run.send({
      type: 'decide',
      approval,
      nonce,
      shown,
      verdict: accept ? 'accept' : 'reject',
      ...(reason && { reason }),
    });
  };
  const ask = async (event: EventOf<'question.asked'>) => {
    const text = await question(`${event.text}${event.options.map((option) => `\n  - ${option}`).join('')}\n>`);
    await run.send({ type: 'answer', question: event.question, text: text || '(no answer)' });
  };
  const resume = async (event: EventOf<'run.paused'>) => {
    const answer = await question(
      `Paused (${event.reason}): ${event.message}\nGo on? [y, n, or a message to the agent]`,
    );
    const extend = event.reason === 'limit' ? { extend: doubled(run) } : {};
    if (/^(n|no)?$/i.test(answer)) await run.send({ type: 'stop' });
    else if (/^(y|yes)$/i.test(answer)) await run.send({ type: 'resume', ...extend });
    else {
      await run.send({ type: 'say', text: answer });
      if (event.reason === 'limit') await run.send({ type: 'resume', ...extend });
    }
  };
  // Several questions may be open: they are put one after another.
  let last: Promise<unknown> = Promise.resolve();
  run.listen({
    event: (event) => {
      const answer =
        event.type === 'approval.requested'
          ? () => approve(event)
          : event.type === 'question.asked'
            ? () => ask(event)
            : event.type === 'run.paused'
              ? () => resume(event)
              : undefined;
      // The terminal closes while a question is open when the run is stopped.
      if (answer) last = last.then(answer).catch(() => undefined);
    },
  });
}

async function textOf(run: Run, subject: Subject): Promise<string> {
  switch (subject.kind) {
    case 'weakened':
      return `The task would pass with weaker tests:\n${subject.findings.map(({ path, what }) => `  ${path}: ${what}`).join('\n')}`;
    case 'watched':
      return `The command changed files that start programs or steer tools (yes keeps that, no takes it back):\n${subject.changes
        .map(({ path, why, act, patch }) => `  ${path} (${act}) ${why}${patch && `\n${patch}`}`)
        .join('\n')}`;
    case 'read':
      return `Show to the agent:\n${subject.paths.map((path) => `  ${path}`).join('\n')}`;
    case 'command':
      return `Run${subject.check ? ' this check (now, and again when the task is finished)' : ''} in ${subject.cwd || '.'}${confinementOf(subject)}:\n  ${subject.command}`;
    case 'edit': {
      const { path, from, before, after, added, removed, warnings } = subject;
      const what = from ? `Move ${from} to ${path}` : `${after ? 'Change' : 'Delete'} ${path}`;
      const patch = before === after ? '' : `\n${await patchOf(run, path, before, after)}`;
      return `${what} (+${added} -${removed}):${patch}${warnings.map((warning) => `\n! ${warning}`).join('')}`;
    }
    default:
      return subject satisfies never;
  }
}

const confinementOf = ({ sandboxed, network, domains }: Extract<Subject, { kind: 'command' }>): string =>
  sandboxed === undefined
    ? ''
    : !sandboxed
      ? ', without a sandbox'
      : network
        ? domains
          ? `, with these domains of the network only: ${domains.join(', ')}`
          : ', with the network'
        : ', in the sandbox';

const doubled = (run: Run) =>
  Object.fromEntries(Object.entries(run.state().limits).map(([name, max]) => [name, max * 2]));

async function patchOf(run: Run, path: string, before: string | undefined, after: string | undefined): Promise<string> {
  const text = async (hash: string | undefined) => {
    const bytes = hash === undefined ? undefined : await run.blob(hash);
    const decoded = bytes && decode(bytes);
    return decoded && 'text' in decoded ? decoded.text : '';
  };
  const { hunks, truncated } = hunksOf(await text(before), await text(after));
  const lines = hunks.flatMap((hunk) => [`@@ -${hunk.oldStart} +${hunk.newStart} @@`, ...hunk.lines]);
  return [
    `--- ${path}`,
    ...lines,
    ...(truncated ? ['(the rest is not shown: open the file to see all of it)'] : []),
  ].join('\n');
}
