import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import ignore from 'ignore';
import { describe, expect, test } from 'vitest';
import { decide } from '../../../src/agent/policy/decide.ts';
import { type Access, judgeMoved, judgePath } from '../../../src/agent/policy/path.ts';
import { resolvePath } from '../../../src/headless/ports/resolve-path.ts';
import { elsewhere, folderOf, outsidePath, pathRows, plainPath, type Row } from './cases.ts';

const accessOf = ({ input: { tool } }: Row): Access => (tool === 'write' ? 'edit' : 'read');

/** Rows that are not about one path at one time: each has its own test below. */
const APART = ['path-toctou-swap', 'path-untrusted-ws'];

describe('the rows of the case file', () => {
  const rows = pathRows.filter(({ id }) => !APART.includes(id));

  test.for(rows.filter(({ input }) => input.os === 'linux'))('$id: $expect', async (row) => {
    await using folder = await folderOf(row);
    const hidden = ignore().add(row.input.ignore);
    const verdict = judgePath(await folder.resolve(row.input.path), accessOf(row), (name) => hidden.ignores(name));
    expect(verdict, row.why).toMatchObject({ verdict: row.expect });
    expect(verdict.reason).toMatch(/^\S[\s\S]*\.$/);
  });

  test.for(rows.filter(({ input }) => input.os !== 'linux'))('$id ($input.os): $expect', (row) => {
    expect(judgePath(elsewhere(row), accessOf(row)), row.why).toMatchObject({ verdict: row.expect });
  });

  test('path-toctou-swap: an approval does not follow a folder that became a link', async () => {
    await using folder = await folderOf({
      input: {
        tool: 'write',
        path: '',
        os: 'linux',
        trusted: true,
        ignore: [],
        fs: { links: {}, nlink: {}, exists: ['/ws/src/a.ts'] },
      },
    });
    const before = await folder.resolve('src/a.ts');
    if ('fault' in before) throw new Error(before.fault);
    expect(judgeMoved(before, await folder.resolve('src/a.ts'))).toBeUndefined();

    await rm(path.join(folder.root, 'src'), { recursive: true });
    await mkdir(path.join(folder.root, '../outside'));
    await symlink(path.join(folder.root, '../outside'), path.join(folder.root, 'src'));
    expect(judgeMoved(before, await folder.resolve('src/a.ts'))).toMatchObject({ verdict: 'deny', rule: 'path-moved' });
  });

  test('path-untrusted-ws: nothing is written before the workspace is trusted', () => {
    const action = { kind: 'edit', path: plainPath('src/a.ts') } as const;
    expect(decide(action, { mode: 'continuous', trusted: false })).toMatchObject({
      verdict: 'deny',
      rule: 'untrusted',
    });
    expect(decide({ ...action, kind: 'read' }, { mode: 'ask', trusted: false }).verdict).toBe('allow');
  });
});

describe('denied to every tool', () => {
  test.for([
    ...[
      '.git',
      '.git/config',
      'vendor/lib/.git/hooks/x',
      'module/.git',
      '.GIT/HEAD',
      '.git./config',
      '.git::$INDEX_ALLOCATION/config',
    ],
    ...['.g\u200cit/config', '.\uff47it/config', '.g\u0131t/config', 'git~1/config'],
    ...[
      '.vscode/settings.json',
      'sub/.vscode/tasks.json',
      '.VSCode/Launch.JSON',
      '.v\u017fcode/mcp.json',
      'x.code-workspace',
    ],
    ...[
      '.cursor/mcp.json',
      '.claude/settings.local.json',
      '.roo/x',
      '.mcp.json',
      '.goalwright/x',
      '.goalwrightignore',
      '.aws/credentials',
      '.netrc',
    ],
  ])('%j', (name) => {
    expect(judgePath(plainPath(name), 'edit').verdict).toBe('deny');
    expect(judgePath(plainPath(name), 'read').verdict).toBe('deny');
  });

  test.for([
    '/proc/self/environ',
    '/dev/zero',
    '/sys/kernel',
    '/home/u/.aws/sso/x',
    '/home/u/.gnupg/x',
    '/home/u/.local/state/goalwright/runs/x',
  ])('outside: %s', (name) => expect(judgePath(outsidePath(name), 'read').verdict).toBe('deny'));

  test('a pipe or device inside the workspace', () => {
    expect(judgePath({ ...plainPath('p'), kind: 'other' }, 'read')).toMatchObject({
      verdict: 'deny',
      rule: 'special-file',
    });
  });
});

describe('edits outside that are never offered', () => {
  test.for([
    ...[
      '/etc/passwd',
      '/usr/bin/x',
      '/home/u/.zshrc',
      '/home/u/.ssh/authorized_keys',
      '/home/u/.config/systemd/user/x.service',
    ],
    ...[
      '/Users/u/Library/LaunchAgents/x.plist',
      'C:\\Windows\\x',
      'C:\\Users\\u\\Documents\\PowerShell\\Microsoft.PowerShell_profile.ps1',
    ],
  ])('%s', (name) => expect(judgePath(outsidePath(name), 'edit').verdict).toBe('deny'));
});

describe('asked in every mode', () => {
  test.for([
    ...[
      '.vscode/extensions.json',
      '.github/workflows/ci.yml',
      '.gitlab-ci.yml',
      '.husky/pre-commit',
      '.gitattributes',
      '.env.local',
    ],
    ...[
      '.envrc',
      'certs/a.pem',
      'id_ed25519',
      'package.json',
      'sub/Package.json',
      'Makefile',
      'AGENTS.md',
      '.zshrc',
      '.devcontainer/x',
    ],
    ...['--output=x', 'a\nb.txt', 'src/\u202etxt.sh', '.idea/runConfigurations/a.xml', '.zed/tasks.json', '.exrc'],
    ...['mise.toml', '.tool-versions', '.justfile', '.lintstagedrc.json'],
  ])('editing %j', (name) => {
    expect(judgePath(plainPath(name), 'edit')).toMatchObject({ verdict: 'ask', always: true });
  });

  test.for([
    '.env',
    '.env.production',
    'sub/.env',
    '.ENV',
    'certs/server.key',
    '.ssh/id_rsa',
    'id_rsa',
    '--x',
    'prod.env',
    'deploy_rsa',
    'a.pem.bak',
    'infra/terraform.tfstate',
    'x.tfvars',
    'gcp/service-account-1.json',
    'credentials.json',
    'client_secret_1.json',
    'k8s/secrets.yml',
  ])('reading %j', (name) => {
    expect(judgePath(plainPath(name), 'read')).toMatchObject({ verdict: 'ask', always: true });
  });
});

describe('harmless', () => {
  test.for([
    ...[
      'src/a.ts',
      '.gitignore',
      '.github/workflows/ci.yml',
      'package.json',
      '.env.example',
      '.env.sample',
      '.env.template',
      'id_rsa.pub',
      'example.env',
      'deploy_rsa.pub',
      'main.tf',
      'credentials.ts',
      'secrets.ts',
    ],
    ...[
      'environment.ts',
      'gitty/.gitkeep',
      'src/procedure/dev/x',
      'proc/self/environ',
      '..foo',
      'a:b',
      '.vscode/extensions.json',
      'AGENTS.md',
      '\u8bf4\u660e.md',
    ],
  ])('reading %j', (name) => expect(judgePath(plainPath(name), 'read').verdict).toBe('allow'));

  test('an ordinary edit asks, and a mode may say yes', () => {
    expect(judgePath(plainPath('src/a.ts'), 'edit')).toEqual({
      verdict: 'ask',
      rule: 'workspace-edit',
      reason: '"src/a.ts" is in the workspace: each edit is shown first.',
    });
  });

  test('a root that lies in a guarded folder does not taint what is in it', () => {
    const inside = { ...plainPath('a.ts'), real: '/home/u/.claude/worktrees/x/a.ts' };
    expect(judgePath(inside, 'edit')).toMatchObject({ verdict: 'ask', rule: 'workspace-edit' });
    expect(
      judgePath({ ...plainPath('.git/config'), real: '/home/u/.claude/worktrees/x/.git/config' }, 'edit').rule,
    ).toBe('git');
  });
});

test('both the real and the asked-for path are judged', () => {
  const link = { ...plainPath('innocent.txt'), real: '/ws/.git/config', relative: '.git/config' };
  expect(judgePath(link, 'read')).toMatchObject({ verdict: 'deny', rule: 'git' });
  const named = { ...plainPath('data.txt'), given: '.env', lexical: '.env' };
  expect(judgePath(named, 'read')).toMatchObject({ verdict: 'ask', rule: 'env-file' });
});

test('the reason shows what cannot be seen', () => {
  expect(judgePath(plainPath('src/\u202etxt.sh'), 'edit').reason).toContain('src/\\u{202e}txt.sh');
});

describe('Windows spellings', () => {
  // The root says which rules hold; nothing of the path may be looked up first.
  const windows = { given: 'C:\\ws', real: 'C:\\ws' };
  test.for(['\\\\evil\\share\\a', '//evil/share/a', 'C:a', 'a.txt:b'])('%j is not even looked up', async (given) =>
    expect(await resolvePath(windows, given)).toEqual({ fault: expect.any(String) }),
  );
  const onWindows = (given: string) => judgePath({ ...plainPath('x'), given, real: 'C:\\ws\\x' }, 'read').verdict;
  test.for([
    '\\\\host\\share',
    '//host/share',
    '\\\\?\\C:\\x',
    'C:x',
    'a.txt:stream',
    'PROGRA~1\\x',
    'a.',
    'a /b',
    'NUL',
    'src\\con.txt',
    'COM1',
    'aux .c',
    '...',
  ])('%j is refused', (given) => expect(onWindows(given)).toBe('deny'));
  test.for(['src\\a.ts', 'C:\\ws\\src\\a.ts', '..\\ws\\a', 'backup~\\x', 'console.ts', '.\\a b.ts'])(
    '%j is not',
    (given) => expect(onWindows(given)).toBe('allow'),
  );
});

test('property: case and invisible characters never make a guarded path less guarded', () => {
  const guarded = fc.constantFrom(
    '.git/config',
    '.env',
    '.vscode/settings.json',
    '.cursor/mcp.json',
    'certs/a.key',
    '.husky/x',
    'package.json',
  );
  const disguise = fc.array(
    fc.tuple(fc.boolean(), fc.constantFrom('', '', '\u200b', '\u200d', '\u00ad', '\ufe0f', '\u{e0041}')),
    { minLength: 21, maxLength: 21 },
  );
  const rank = { allow: 0, ask: 1, deny: 2 };
  fc.assert(
    fc.property(guarded, disguise, fc.constantFrom<Access>('read', 'edit'), (name, tricks, access) => {
      const disguised = [...name]
        .map(
          (char, index) =>
            (tricks[index]?.[0] ? char.toUpperCase() : char) + (char === '/' ? '' : (tricks[index]?.[1] ?? '')),
        )
        .join('');
      const honest = judgePath(plainPath(name), access);
      const now = judgePath(plainPath(disguised), access);
      // Under another spelling it may be another file: then a person looks at it.
      expect(rank[now.verdict]).toBeGreaterThanOrEqual(Math.min(rank[honest.verdict], rank.ask));
    }),
  );
});
