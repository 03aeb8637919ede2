/** Which shell runs commands, and how it is given one: bash where there is one, else sh; PowerShell on Windows. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { ShellKind } from '../../agent/policy/command/understand.ts';

export interface ShellProgram {
  /** What the model is told. */
  readonly name: string;
  /** Whose grammar its commands have. */
  readonly kind: ShellKind;
  readonly file: string;
  args(command: string): string[];
}

/** The person's start-up files are not read: a command means the same on every machine. */
export function findShell(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
  runnable: (file: string) => boolean = canRun,
): ShellProgram {
  if (platform === 'win32') {
    const file = onPath('pwsh.exe', env, platform, runnable) ?? 'powershell.exe';
    return { name: 'PowerShell', kind: 'pwsh', file, args: powerShell };
  }
  const bash = ['/bin/bash', '/usr/bin/bash'].find(runnable) ?? onPath('bash', env, platform, runnable);
  if (bash)
    return { name: 'bash', kind: 'bash', file: bash, args: (command) => ['--noprofile', '--norc', '-c', command] };
  return { name: 'sh', kind: 'sh', file: '/bin/sh', args: (command) => ['-c', command] };
}

/** Output as UTF-8; the last program's exit code is the command's, as in any other shell. */
function powerShell(command: string): string[] {
  const script = [
    '[Console]::OutputEncoding = [Text.Encoding]::UTF8',
    '$global:LASTEXITCODE = $null',
    command,
    '$worked = $?',
    'if ($null -ne $global:LASTEXITCODE) { exit $global:LASTEXITCODE } elseif ($worked) { exit 0 } else { exit 1 }',
  ].join('\n');
  return [
    '-NoLogo',
    '-NoProfile',
    '-NonInteractive',
    '-EncodedCommand',
    Buffer.from(script, 'utf16le').toString('base64'),
  ];
}

function onPath(
  name: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  runnable: (file: string) => boolean,
): string | undefined {
  const { delimiter, join, isAbsolute } = platform === 'win32' ? path.win32 : path.posix;
  const value = Object.entries(env).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  return value
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(runnable);
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
