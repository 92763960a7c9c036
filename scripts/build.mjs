// Compiles src to dist, and the kernels in AssemblyScript to WebAssembly. `npm run build` runs it; scripts/setup.mjs runs it when a source is newer than dist.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

/** Runs a compiler of node_modules, and ends this process if it fails. */
function compile(script, args) {
  const compiled = spawnSync(process.execPath, [require.resolve(script), ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (compiled.status !== 0) process.exit(compiled.status ?? 70);
}

compile('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
mkdirSync(join(root, 'dist/kernels'), { recursive: true });
/** Kernels whose threads share a memory. */
const SHARED = new Set(['training.ts']);
const files = readdirSync(join(root, 'src/kernels/assembly'), { withFileTypes: true });
for (const { name: file } of files.filter((entry) => entry.isFile())) {
  const output = `dist/kernels/${file.replace(/\.ts$/, '.wasm')}`;
  const options = [
    '-O3',
    '--converge',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--importMemory',
  ];
  if (SHARED.has(file)) options.push('--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536');
  compile('assemblyscript/bin/asc.js', [`src/kernels/assembly/${file}`, '--outFile', output, ...options]);
}
writeFileSync(join(root, 'dist/.built'), '');
