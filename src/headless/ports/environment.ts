/**
 * The environment of a command: an allow-list, so that no key, token or socket of the editor's reaches it, and neither
 * does the `node_modules/.bin` of whatever started us. Programs are told that nobody sits at the terminal.
 */

const KEPT = new Set([
  ...['HOME', 'USER', 'LOGNAME', 'SHELL', 'TZ', 'TMPDIR', 'HOSTTYPE', 'LANG', 'LANGUAGE'],
  ...['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR'],
  // Where toolchains are.
  ...['JAVA_HOME', 'GOPATH', 'GOROOT', 'GOBIN', 'CARGO_HOME', 'RUSTUP_HOME', 'NVM_DIR', 'NVM_BIN', 'VOLTA_HOME'],
  ...['PNPM_HOME', 'BUN_INSTALL', 'DENO_DIR', 'PYENV_ROOT', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'RBENV_ROOT', 'GEM_HOME'],
  ...[
    'GEM_PATH',
    'SDKMAN_DIR',
    'ANDROID_HOME',
    'ANDROID_SDK_ROOT',
    'DOTNET_ROOT',
    'HOMEBREW_PREFIX',
    'ASDF_DIR',
    'MISE_DATA_DIR',
  ],
  // How the network is reached.
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'],
  // Windows does not work without these.
  ...[
    'SYSTEMROOT',
    'SYSTEMDRIVE',
    'WINDIR',
    'COMSPEC',
    'PATHEXT',
    'TEMP',
    'TMP',
    'USERPROFILE',
    'USERNAME',
    'HOMEDRIVE',
  ],
  ...['HOMEPATH', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)', 'PROGRAMW6432'],
  ...['COMMONPROGRAMFILES', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE', 'OS', 'PSMODULEPATH'],
]);

/** No pager, no editor, no prompt, no colours. */
const FIXED = {
  TERM: 'dumb',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'false',
  GIT_TERMINAL_PROMPT: '0',
  // Looking at a repository does not write its index, which would start a hook.
  GIT_OPTIONAL_LOCKS: '0',
} as const;

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** `own`: the environment of this process. Names are taken as the platform compares them. */
export function cleanEnvironment(own: NodeJS.ProcessEnv, platform: NodeJS.Platform): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    const upper = name.toUpperCase();
    if (value === undefined) continue;
    if (upper === 'PATH') clean[name] = cleanPath(value, platform);
    else if ((KEPT.has(upper) || upper.startsWith('LC_')) && !carriesLogin(value)) clean[name] = value;
  }
  if (platform !== 'win32' && !clean.PATH) clean.PATH = DEFAULT_PATH;
  return { ...clean, ...FIXED };
}

/** Without what npm, VS Code's remote server and the like put in front for themselves, and without relative folders. */
function cleanPath(value: string, platform: NodeJS.Platform): string {
  const separator = platform === 'win32' ? ';' : ':';
  const ours = /[\\/](node_modules[\\/]\.bin|node-gyp-bin|bin[\\/]remote-cli)[\\/]?$/;
  const absolute = platform === 'win32' ? /^([a-z]:)?[\\/]/i : /^\//;
  return value
    .split(separator)
    .filter((folder) => absolute.test(folder) && !ours.test(folder))
    .join(separator);
}

/** A proxy's address may hold a name and a password. */
const carriesLogin = (value: string): boolean => /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/\s]*@/i.test(value);
