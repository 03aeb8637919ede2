/**
 * Makes a copy of the example workspace: minimist 1.2.5, a real library with a real, known defect (CVE-2021-44906), as a
 * git repository with its own tests ready to run.
 *
 *   node scripts/example.mjs <folder>        the folder must be empty or not exist
 *
 * It comes from the npm registry once and is then kept in the cache. Its commits are the same on every machine.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder } from './cache.mjs';
import { withLock } from './lock.mjs';
import { personsEnvironment } from './vscode/environment.mjs';

const LIBRARY = 'minimist@1.2.5';
const TAPE = '5.10.2';
/** Raise it when a step below changes: kept examples are then made anew. */
const RECIPE = 1;

/** Copies the example into `folder`. */
export async function createExample(folder, say = console.error) {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  const kept = path.join(cacheFolder(), `example-${RECIPE}`);
  await withLock(`${kept}.lock`, () => existsSync(kept) || make(kept, say));
  cpSync(kept, folder, { recursive: true, verbatimSymlinks: true });
  // The index knows the files' times: refreshed now, so that no later `git status` has to write it.
  git(folder, ['update-index', '-q', '--refresh']);
}

function make(kept, say) {
  say(`fetching the example (${LIBRARY}, tape ${TAPE}) from npm …`);
  const work = `${kept}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(path.join(work, 'fetched'), { recursive: true });
  writeFileSync(path.join(work, 'fetched/package.json'), '{"private":true}');
  npm(path.join(work, 'fetched'), ['install', '--ignore-scripts', '--no-save', LIBRARY]);
  const example = path.join(work, 'example');
  renameSync(path.join(work, 'fetched/node_modules/minimist'), example);

  git(example, ['init', '--quiet', '--template=', '--initial-branch=main']);
  commit(example, 'minimist 1.2.5 as published', '2020-03-12T12:00:00Z');
  useTape(example);
  npm(example, ['install', '--ignore-scripts', '--no-package-lock']);
  commit(example, 'Run the tests with tape alone', '2020-03-12T13:00:00Z');
  renameSync(example, kept);
  rmSync(work, { recursive: true });
}

/** The published test script needs a `tap` that no longer runs; the tests themselves only use `tape`. */
function useTape(example) {
  const file = path.join(example, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.scripts = { test: 'tape test/*.js' };
  manifest.devDependencies = { tape: TAPE };
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(path.join(example, '.gitignore'), 'node_modules/\n');
}

function commit(cwd, message, date) {
  git(cwd, ['add', '--all']);
  git(cwd, ['commit', '--quiet', '--no-verify', `--message=${message}`], {
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  });
}

/** git with none of the person's settings: the same commits everywhere. */
function git(cwd, args, env = {}) {
  const settings = ['user.name=Goalwright example', 'user.email=example@goalwright.invalid', 'core.autocrlf=false'];
  run(cwd, 'git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: os.devNull,
    ...env,
  });
}

const npm = (cwd, args) => run(cwd, 'npm', [...args, '--no-audit', '--no-fund', '--loglevel=error']);

function run(cwd, command, args, env = {}) {
  try {
    execFileSync(command, args, {
      cwd,
      env: { ...personsEnvironment(), ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    });
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')} failed in ${cwd}: ${error.stderr ?? error.message}`, {
      cause: error,
    });
  }
}

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2];
  if (!folder) {
    console.error('usage: node scripts/example.mjs <folder>');
    process.exit(2);
  }
  await createExample(path.resolve(folder));
}
