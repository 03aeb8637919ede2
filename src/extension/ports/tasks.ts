/** The project's own VS Code tasks, as the commands they stand for. They are only named: what is run is judged like any command. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { ProjectTask } from '../../agent/ports.ts';

/** Extensions that find tasks may take their time; the work does not wait longer. */
const PATIENCE_MS = 3000;

/** `folder`: where the run works. Those whose command is only known when they run are left out. */
export async function projectTasks(folder: vscode.Uri): Promise<readonly ProjectTask[]> {
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise<vscode.Task[]>((resolve) => {
    late = setTimeout(() => resolve([]), PATIENCE_MS);
  });
  const found = await Promise.race([vscode.tasks.fetchTasks(), patience]).catch(() => []);
  clearTimeout(late);
  return found.flatMap((task) => {
    const { scope, execution, name } = task;
    const isHere = typeof scope !== 'object' || scope.uri.toString() === folder.toString();
    const command = isHere ? commandOf(execution) : undefined;
    const cwd = cwdIn(folder, execution);
    return command === undefined || cwd === undefined || `${command}${cwd}`.includes('${')
      ? []
      : [{ name, command, cwd }];
  });
}

function commandOf(execution: vscode.Task['execution']): string | undefined {
  if (execution instanceof vscode.ProcessExecution) return [execution.process, ...execution.args].map(quoted).join(' ');
  if (!(execution instanceof vscode.ShellExecution)) return undefined;
  if (execution.commandLine) return execution.commandLine;
  const words = [execution.command, ...(execution.args ?? [])];
  return words.some((word) => word === undefined) ? undefined : words.map((word) => wordOf(word ?? '')).join(' ');
}

const wordOf = (word: string | vscode.ShellQuotedString): string =>
  typeof word === 'string' ? word : quoted(word.value);

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Relative to the folder; `undefined`: elsewhere. */
function cwdIn(folder: vscode.Uri, execution: vscode.Task['execution']): string | undefined {
  const given =
    execution instanceof vscode.ShellExecution || execution instanceof vscode.ProcessExecution
      ? execution.options?.cwd
      : undefined;
  const below = given === undefined ? '' : path.relative(folder.fsPath, path.resolve(folder.fsPath, given));
  return below.startsWith('..') || path.isAbsolute(below) ? undefined : below;
}
