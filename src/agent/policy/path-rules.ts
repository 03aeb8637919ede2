/**
 * What is special about a path, as a table. A pattern is a run of names, `*` within a name, met at any depth and with
 * everything below it; one that begins with '/' or a drive is anchored. Names are compared folded (names.ts).
 *
 * Sources: the case file (test/cases/security-cases.jsonl, area `path`), DESIGN section 10, VS Code's protected files.
 */

export type Restriction = 'ask' | 'deny';

export interface PathRule {
  readonly name: string;
  readonly patterns: readonly string[];
  /** Names that the patterns meet and the rule does not mean. */
  readonly except?: readonly string[];
  /** Applies only inside or only outside the run's root. */
  readonly where?: 'inside' | 'outside';
  readonly read?: Restriction;
  /** Asked in every mode: no mode says yes in the person's place. */
  readonly edit?: Restriction;
  /** Ends the sentence that begins with the path. */
  readonly why: string;
  /** What the model can do instead. */
  readonly instead?: string;
}

const ASK_PERSON = 'If you need something from it, ask the person for exactly that.';

export const PATH_RULES: readonly PathRule[] = [
  {
    name: 'git',
    // Windows gives the next short name where the first is taken.
    patterns: ['.git', 'git~1', 'git~2', 'git~3', 'git~4'],
    read: 'deny',
    edit: 'deny',
    why: 'belongs to git, which runs the hooks and settings written there',
    instead: 'Use git commands with run.',
  },
  {
    name: 'editor-settings',
    patterns: [...['settings', 'tasks', 'launch', 'mcp'].map((name) => `.vscode/${name}.json`), '*.code-workspace'],
    read: 'deny',
    edit: 'deny',
    why: 'can start programs in the editor and change what is approved',
    instead: 'Tell the person which setting to change.',
  },
  {
    name: 'agent-configuration',
    patterns: [
      ...['.cursor', '.roo', '.claude', '.gemini', '.codex', '.amazonq', '.windsurf', '.continue', '.kiro', '.qwen'],
      ...['.opencode', '.junie', '.copilot', '.aider.conf.yml', '.mcp.json', '.idea/workspace.xml'],
    ],
    read: 'deny',
    edit: 'deny',
    why: "is another agent's or editor's configuration",
    instead: 'Leave it to the person.',
  },
  {
    name: 'own-configuration',
    patterns: ['.goalwright', '.goalwrightignore', 'goalwright/runs', 'globalstorage/goalwright.goalwright'],
    read: 'deny',
    edit: 'deny',
    why: "is Goalwright's own configuration or record of runs",
    instead: 'Leave it to the person.',
  },
  {
    name: 'system-state',
    patterns: ['/proc', '/sys', '/dev'],
    read: 'deny',
    edit: 'deny',
    why: 'is the running system, not a file: it can leak the environment or never end',
  },
  {
    name: 'credentials',
    patterns: [
      ...['.aws/credentials', '.aws/config', '.kube/config', '.docker/config.json', '.config/git/credentials'],
      ...['.git-credentials', '.netrc', '_netrc', '.pgpass', '.pypirc', '.vault-token', '.gnupg', '.password-store'],
      ...['.cargo/credentials', '.cargo/credentials.toml', '.gem/credentials', '.terraform.d/credentials.tfrc.json'],
    ],
    read: 'deny',
    edit: 'deny',
    why: 'holds credentials',
    instead: 'Go on without it: a person never needs to show you credentials.',
  },
  {
    name: 'credential-folder',
    patterns: [
      ...['.aws', '.azure', '.kube', '.docker', '.config/gcloud', '.config/gh', '.config/op', '.local/share/keyrings'],
      ...['library/keychains', 'appdata/roaming/microsoft/credentials', 'appdata/local/microsoft/credentials'],
    ],
    where: 'outside',
    read: 'deny',
    edit: 'deny',
    why: 'is in a folder that holds credentials',
    instead: 'Go on without it: a person never needs to show you credentials.',
  },
  {
    name: 'start-up',
    patterns: [
      ...['.config/autostart', '.config/systemd', '.config/git', '.gitconfig', '.config/fish', '.config/environment.d'],
      ...[
        'library/launchagents',
        'library/launchdaemons',
        'start menu/programs/startup',
        'windowspowershell/*profile.ps1',
      ],
      ...[
        'powershell/*profile.ps1',
        '.bash*',
        '.profile',
        '.zsh*',
        '.zprofile',
        '.zlogin',
        '.zlogout',
        '.kshrc',
        '.cshrc',
      ],
      ...['.tcshrc', '.login', '.inputrc', '.xprofile', '.xinitrc', '.xsessionrc', '.pam_environment', '.local/bin'],
    ],
    where: 'outside',
    edit: 'deny',
    why: "runs or changes what runs at the person's next login or shell",
  },
  {
    name: 'system-folder',
    patterns: [
      ...[
        '/etc',
        '/bin',
        '/sbin',
        '/usr',
        '/lib',
        '/lib32',
        '/lib64',
        '/boot',
        '/var/spool',
        '/system',
        '/library',
        '/private/etc',
      ],
      ...['*:/windows', '*:/program files', '*:/program files (x86)', '*:/programdata'],
    ],
    where: 'outside',
    edit: 'deny',
    why: 'belongs to the operating system',
  },
  {
    name: 'ssh',
    patterns: ['.ssh'],
    read: 'ask',
    edit: 'deny',
    why: 'is in a folder of SSH keys and logins',
    instead: ASK_PERSON,
  },
  {
    name: 'env-file',
    patterns: ['.env*'],
    except: ['.env.example', '.env.sample', '.env.template'],
    read: 'ask',
    edit: 'ask',
    why: 'may hold secrets',
    instead: 'Read .env.example if there is one, or ask the person for the names (never the values) you need.',
  },
  {
    name: 'key-file',
    patterns: [
      ...['*.pem', '*.key', '*.p12', '*.pfx', '*.jks', '*.keystore', '*.kdbx', '*.ppk', '.htpasswd'],
      ...['id_rsa*', 'id_dsa*', 'id_ecdsa*', 'id_ed25519*', '*_rsa', '*_dsa', '*_ecdsa', '*_ed25519', '*.pem.*'],
    ],
    except: ['id_*.pub'],
    read: 'ask',
    edit: 'ask',
    why: 'may hold a private key',
    instead: ASK_PERSON,
  },
  {
    name: 'secret-store',
    patterns: [
      ...['*.env', 'credentials.json', 'client_secret*.json', 'service-account*.json', 'service_account*.json'],
      ...['serviceaccount*.json', 'secrets.json', 'secrets.y*ml', '*.tfstate', '*.tfstate.backup', '*.tfvars'],
    ],
    except: ['*example.env', '*sample.env', '*template.env'],
    read: 'ask',
    edit: 'ask',
    why: 'is named as files of secrets are',
    instead: ASK_PERSON,
  },
  { name: 'editor-folder', patterns: ['.vscode'], edit: 'ask', why: 'steers the editor' },
  {
    name: 'continuous-integration',
    patterns: [
      ...[
        '.github/workflows',
        '.github/actions',
        '.gitea/workflows',
        '.forgejo/workflows',
        '.gitlab-ci.yml',
        '.gitlab/ci',
      ],
      ...['.circleci', '.buildkite', '.travis.yml', '.drone.yml', '.woodpecker*', 'jenkinsfile', 'appveyor.yml'],
      ...['azure-pipelines*', 'bitbucket-pipelines.yml', 'cloudbuild.y*ml'],
    ],
    edit: 'ask',
    why: 'runs on the build machines, with their secrets',
  },
  {
    name: 'hook',
    patterns: [
      ...['.husky', '.githooks', 'lefthook*.y*ml', '.lefthook*', '.pre-commit-config.yaml', '.overcommit.yml'],
      ...['.gitmodules', '.gitattributes', '.gitconfig', '.envrc', '.devcontainer', '.devcontainer.json'],
      ...[
        '.lintstagedrc*',
        'lint-staged.config.*',
        '.zed/tasks.json',
        '.zed/settings.json',
        '.idea',
        '.exrc',
        '.nvimrc',
      ],
      ...['.nvim.lua', '.vimrc', '.lvimrc', 'mise.toml', '.mise.toml', '.tool-versions'],
    ],
    edit: 'ask',
    why: 'can run programs without being asked',
  },
  {
    name: 'start-up-inside',
    patterns: [
      '.bash*',
      '.profile',
      '.zsh*',
      '.zprofile',
      '.zlogin',
      '.config/fish',
      '.config/git',
      '.config/autostart',
    ],
    where: 'inside',
    edit: 'ask',
    why: 'is a shell or login start-up file',
  },
  {
    name: 'agent-rules',
    patterns: [
      ...['agents.md', 'claude.md', 'gemini.md', '.cursorrules', '.windsurfrules', '.clinerules', '.roorules'],
      ...['.github/copilot-instructions.md', '.github/instructions', '.github/prompts', '.github/agents'],
    ],
    edit: 'ask',
    why: 'gives orders to coding agents',
  },
  {
    name: 'manifest',
    patterns: [
      ...['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock*'],
      ...['.npmrc', '.yarnrc*', '.yarn/releases', '.yarn/plugins', '.pnpmfile.*', 'pnpm-workspace.yaml', 'bunfig.toml'],
      ...['pyproject.toml', 'setup.py', 'setup.cfg', 'conftest.py', 'sitecustomize.py', 'tox.ini', 'noxfile.py'],
      ...['pipfile', 'pipfile.lock', 'poetry.lock', 'uv.lock', 'pip.conf', 'cargo.toml', 'cargo.lock', 'build.rs'],
      ...['.cargo/config*', 'gemfile', 'gemfile.lock', 'rakefile', '*.gemspec', 'lib/ruby_lsp', 'composer.json'],
      ...['composer.lock', 'pom.xml', '*.gradle', '*.gradle.kts', 'gradlew*', 'gradle/wrapper', '.mvn', 'build.sbt'],
      ...[
        '*.csproj',
        '*.fsproj',
        '*.vbproj',
        '*.props',
        '*.targets',
        'nuget.config',
        'makefile',
        'gnumakefile',
        '*.mk',
      ],
      ...['cmakelists.txt', 'justfile', '.justfile', 'taskfile.y*ml', 'mix.exs', 'package.swift', 'flake.nix'],
    ],
    edit: 'ask',
    why: 'decides what build tools, tests and package managers run',
  },
];
