// Checks what `npm publish` would send: publint and attw on the packed package, knip on what nothing uses.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const NPX = ['npx', '--no-install'];

/** Runs a command with its output shown; whether it succeeded. */
function succeeds(command, ...args) {
  console.error(`[check] ${[command, ...args].join(' ')}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  return status === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'esci-package-'));
try {
  // without scripts: `prepack` would build again what pretest has built
  const pack = ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder];
  if (!succeeds('npm', ...pack)) process.exit(1);
  const tarball = join(folder, readdirSync(folder)[0]);
  const passed = [
    succeeds(...NPX, 'publint', 'run', tarball, '--strict'),
    succeeds(...NPX, 'attw', tarball, '--profile', 'esm-only', '--format', 'ascii'),
    succeeds(...NPX, 'knip', '--no-progress'),
  ];
  if (passed.includes(false)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
