// Installs the locked dependencies if they are missing, then builds if a source is newer than the build.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a command in the project's root with its output shown, and ends this process if it fails. */
export function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) process.exit(result.status ?? 70);
}

/** Newest modification time below a folder, in milliseconds since the epoch. */
function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return latest;
}

/** Whether the dependencies are another folder's: `npm ci` would empty that folder. */
function installIsShared() {
  return lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function installIsCurrent() {
  const marker = join(root, 'node_modules/.package-lock.json');
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function buildIsCurrent() {
  const marker = join(root, 'dist/.built');
  if (!existsSync(marker)) return false;
  return (
    statSync(marker).mtimeMs >=
    Math.max(newest(join(root, 'src')), statSync(join(root, 'package.json')).mtimeMs)
  );
}

/**
 * Makes the clone ready to run: dependencies, then build, which is made again whatever the times of files say where
 * `rebuild` is true: they do not tell that a source is gone. Prints what it does to stderr.
 */
export function setUp({ rebuild = false } = {}) {
  if (installIsShared()) console.error('[setup] node_modules is a link to another folder: left as it is');
  else if (!installIsCurrent()) {
    console.error('[setup] installing the locked dependencies (about half a minute, once)');
    // no dependency needs its install script: test/package/lock-file.test.ts
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  if (rebuild || !buildIsCurrent()) {
    console.error('[setup] building');
    run(process.execPath, ['scripts/build.mjs']);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  setUp({ rebuild: process.argv.includes('--rebuild') });
