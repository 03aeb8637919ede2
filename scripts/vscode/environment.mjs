/** The environment a VS Code is started with. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** Set by npm, by a VS Code around this process, or for this process alone. */
const OURS =
  /^(npm_|VSCODE_|ELECTRON_|CODE_SERVER_|VITEST|NODE_OPTIONS$|NODE_V8_COVERAGE$|NODE_ENV$|PORT$|PASSWORD$|HASHED_PASSWORD$)/i;

/** The person's own environment, without what belongs to this process. */
export function personsEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
}

const KEPT =
  /^(PATH|TZ|DISPLAY|LD_LIBRARY_PATH|(https?|no|all)_proxy|SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS)$/i;

/** Nothing of the person's but PATH and the network: home, settings, keys and temporary files are all below `root`. */
export function isolatedEnvironment(root) {
  const folder = (name) => {
    mkdirSync(path.join(root, name), { recursive: true });
    return path.join(root, name);
  };
  const home = folder('home');
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => KEPT.test(name))),
    HOME: home,
    USERPROFILE: home,
    TMPDIR: folder('tmp'),
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_STATE_HOME: path.join(home, '.local/state'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
  };
}
