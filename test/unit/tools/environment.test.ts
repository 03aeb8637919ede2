import { describe, expect, test } from 'vitest';
import { cleanEnvironment } from '../../../src/headless/ports/environment.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { findShell } from '../../../src/headless/ports/shell-program.ts';

describe('the environment of a command', () => {
  const own = {
    ...{ HOME: '/home/u', LANG: 'de_DE.UTF-8', LC_ALL: 'C', CI: '1', TERM: 'xterm', PAGER: 'less', EDITOR: 'vim' },
    ...{
      OPENAI_API_KEY: 'sk-x',
      GITHUB_TOKEN: 't',
      SSH_AUTH_SOCK: '/s',
      GIT_ASKPASS: '/a',
      npm_config_registry: 'r',
      NODE_OPTIONS: '--inspect',
    },
    ...{ VSCODE_IPC_HOOK: '/v', ELECTRON_RUN_AS_NODE: '1', BASH_ENV: '/b', LD_PRELOAD: '/l', FORCE_COLOR: '1' },
    ...{ HTTPS_PROXY: 'http://proxy:3128', HTTP_PROXY: 'http://user:secret@proxy:3128' },
    PATH: '/work/main/node_modules/.bin:/x/node-gyp-bin:.:relative:/usr/bin:/opt/code/bin/remote-cli:/bin:',
  };

  test('is what is listed, and nothing else', () => {
    expect(cleanEnvironment(own, 'linux')).toEqual({
      ...{ HOME: '/home/u', LANG: 'de_DE.UTF-8', LC_ALL: 'C', HTTPS_PROXY: 'http://proxy:3128', PATH: '/usr/bin:/bin' },
      ...{
        TERM: 'dumb',
        PAGER: 'cat',
        GIT_PAGER: 'cat',
        GIT_EDITOR: 'false',
        GIT_OPTIONAL_LOCKS: '0',
        GIT_TERMINAL_PROMPT: '0',
      },
    });
  });

  test('has a PATH even where we have none', () =>
    expect(cleanEnvironment({}, 'linux').PATH).toBe('/usr/local/bin:/usr/bin:/bin'));

  test('Windows: names in any case, its own separator', () => {
    const clean = cleanEnvironment(
      { Path: 'C:\\p\\node_modules\\.bin;C:\\Windows', SystemRoot: 'C:\\Windows', ApiKey: 'x' },
      'win32',
    );
    expect(clean).toMatchObject({ Path: 'C:\\Windows', SystemRoot: 'C:\\Windows' });
    expect(clean).not.toHaveProperty('ApiKey');
    expect(clean).not.toHaveProperty('PATH');
  });

  test('a real command sees it', async () => {
    const shell = nodeShell({ env: { ...process.env, ...own, PATH: process.env.PATH } });
    const { output } = await shell.run(
      { command: 'env', cwd: '/', timeoutMs: 20_000 },
      () => undefined,
      AbortSignal.any([]),
    );
    expect(output).not.toMatch(/sk-x|secret|VSCODE|ELECTRON|npm_|GITHUB|SSH_AUTH|node_modules\/\.bin/);
    expect(output).toMatch(/^TERM=dumb$/m);
  });
});

describe('the shell', () => {
  const having =
    (...files: string[]) =>
    (file: string) =>
      files.includes(file);

  test('is bash where there is one, without start-up files', () => {
    const shell = findShell({}, 'linux', having('/bin/bash'));
    expect(shell).toMatchObject({ name: 'bash', file: '/bin/bash' });
    expect(shell.args('ls "a b"')).toEqual(['--noprofile', '--norc', '-c', 'ls "a b"']);
    expect(findShell({ PATH: '.:/opt/bin' }, 'darwin', having('/opt/bin/bash', 'bash')).file).toBe('/opt/bin/bash');
  });

  test('is sh otherwise', () =>
    expect(findShell({ PATH: '' }, 'linux', having())).toMatchObject({ name: 'sh', file: '/bin/sh' }));

  test('is PowerShell on Windows, the newer one if it is there', () => {
    expect(findShell({ Path: 'C:\\ps' }, 'win32', having('C:\\ps\\pwsh.exe')).file).toBe('C:\\ps\\pwsh.exe');
    const shell = findShell({}, 'win32', having());
    expect(shell).toMatchObject({ name: 'PowerShell', file: 'powershell.exe' });
    const script = Buffer.from(shell.args('npm "test"').at(-1) ?? '', 'base64').toString('utf16le');
    expect(script.split('\n')).toContain('npm "test"');
    expect(script).toMatch(/exit \$global:LASTEXITCODE/);
  });
});
