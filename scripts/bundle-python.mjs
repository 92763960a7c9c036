// Bundles the command line and the door into one flat folder beside their workers and WebAssembly: what the Python package
// carries. `node scripts/bundle-python.mjs FOLDER`; needs dist (npm run build).
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [, , target = join(root, 'dist-python')] = process.argv;
const dist = join(root, 'dist');

/** Native packages, which a wheel for every platform cannot carry: what needs them says so. */
const EXTERNAL = ['@duckdb/node-api', 'lz4-napi', '@tensorflow/tfjs-node'];

/** Packages that do what they are imported for when they are imported; their own lists of such files miss the files used. */
const keepSideEffects = {
  name: 'keep-side-effects',
  setup({ onResolve, resolve }) {
    const seen = Symbol('seen');
    onResolve({ filter: /^@tensorflow\// }, async ({ path, pluginData, ...options }) => {
      if (pluginData === seen || EXTERNAL.includes(path)) return undefined;
      const found = await resolve(path, { ...options, pluginData: seen });
      return { ...found, sideEffects: true };
    });
  },
};

const workers = readdirSync(dist, { recursive: true }).filter((file) => file.endsWith('.worker.js'));
const entries = { cli: 'cli/main.js', door: 'door/main.js' };
for (const worker of workers) entries[basename(worker, '.js')] = worker;

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
await build({
  absWorkingDir: root,
  entryPoints: Object.entries(entries).map(([out, file]) => ({ in: join(dist, file), out })),
  outdir: target,
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  external: EXTERNAL,
  define: { ESCI_SELECT_BUNDLE: JSON.stringify({ version }) },
  // CommonJS packages in the bundle ask for built-in modules by require, and some for their own file name
  banner: {
    js: "import{createRequire as __require}from'node:module';import{fileURLToPath as __path}from'node:url';const require=__require(import.meta.url),__filename=__path(import.meta.url),__dirname=__path(new URL('.',import.meta.url));",
  },
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [keepSideEffects],
});
for (const file of readdirSync(join(dist, 'kernels')).filter((name) => name.endsWith('.wasm'))) {
  copyFileSync(join(dist, 'kernels', file), join(target, file));
}
const tensorflow = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');
copyFileSync(tensorflow, join(target, basename(tensorflow)));
cpSync(join(root, 'docs/ci'), join(target, 'templates/ci'), { recursive: true });
writeFileSync(join(target, 'package.json'), `${JSON.stringify({ type: 'module', version }, null, 2)}\n`);
