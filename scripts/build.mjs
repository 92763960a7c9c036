// Compiles src to dist, and the kernels in AssemblyScript to WebAssembly. `npm run build` runs it; scripts/setup.mjs runs it when a source is newer than dist.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLED, bundleAll } from './bundle.mjs';

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

/** Files and folders below a folder, the deepest first. */
function below(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .map((entry) => ({ path: join(entry.parentPath, entry.name), isFolder: entry.isDirectory() }))
    .sort((a, b) => (a.path < b.path ? 1 : -1));
}

/** Removes what earlier builds made from sources that are gone: the package would ship it, and imports would find it. */
function removeStale() {
  for (const { path, isFolder } of below('dist')) {
    const output = relative(join(root, 'dist'), path);
    if (isFolder) {
      if (readdirSync(path).length === 0) rmdirSync(path);
    } else if (!sourcesOf(output).some((source) => existsSync(join(root, 'src', source)))) rmSync(path);
  }
}

/** The sources that a file of dist can have been made from, relative to src; the mark of a build is made from all. */
function sourcesOf(output) {
  if (output === '.built' || BUNDLED.includes(output)) return ['.'];
  if (/\.wasm(\.digest)?$/.test(output)) {
    return [output.replace(/^kernels/, 'kernels/assembly').replace(/\.wasm(\.digest)?$/, '.ts')];
  }
  return [output.replace(/(\.d\.ts|\.js)$/, '.ts')];
}

compile('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
removeStale();
mkdirSync(join(root, 'dist/kernels'), { recursive: true });

const KERNELS = 'src/kernels/assembly';
const OPTIONS = '-O3 --converge --noAssert --runtime stub --enable simd --importMemory'.split(' ');
/** Kernels whose threads share a memory. */
const SHARED = new Set(['training.ts']);
const SHARED_OPTIONS = '--enable threads --sharedMemory --maximumMemory 65536'.split(' ');

/** What the kernels are made of, as a digest, and what was made: they are compiled again only when either differs. */
function digest(paths, ...more) {
  const hash = createHash('sha256').update(JSON.stringify(more));
  for (const path of paths) hash.update(readFileSync(path));
  return hash.digest('hex');
}

const { version } = require('assemblyscript/package.json');
const entries = readdirSync(join(root, KERNELS), { withFileTypes: true, recursive: true }).filter((entry) =>
  entry.isFile(),
);
const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
const sources = digest(
  paths,
  paths.map((path) => relative(root, path)),
  [...SHARED],
  OPTIONS,
  SHARED_OPTIONS,
  version,
);
for (const file of readdirSync(join(root, KERNELS)).filter((name) => name.endsWith('.ts'))) {
  const output = `dist/kernels/${file.replace(/\.ts$/, '.wasm')}`;
  const mark = join(root, `${output}.digest`);
  const made = () => digest([join(root, output)], sources);
  if (existsSync(mark) && existsSync(join(root, output)) && readFileSync(mark, 'utf8') === made()) continue;
  const options = SHARED.has(file) ? [...OPTIONS, ...SHARED_OPTIONS] : OPTIONS;
  compile('assemblyscript/bin/asc.js', [`${KERNELS}/${file}`, '--outFile', output, ...options]);
  writeFileSync(mark, made());
}
await bundleAll();
writeFileSync(join(root, 'dist/.built'), '');
