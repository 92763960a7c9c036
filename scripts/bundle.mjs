// Bundles entries of dist that are shipped alone, each as one JavaScript file with the WebAssembly it needs beside it, so
// that it runs without node_modules. scripts/build.mjs calls bundleAll after it has compiled.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

/** What is bundled: the entry and the file it becomes, both in dist, and the kernels it loads. */
const BUNDLES = [
  {
    entry: 'cli/worker-main.js',
    output: 'worker/esci-select-worker.js',
    kernels: ['scoring', 'attribution', 'tables'],
  },
];

/** Outputs of all bundles, relative to dist. */
export const BUNDLED = BUNDLES.flatMap(({ output, kernels }) => [
  output,
  ...kernels.map((kernel) => join(dirname(output), `${kernel}.wasm`)),
]);

/** Programs of other systems, which a bundle does without: they are loaded where a file needs them. */
const EXTERNAL = ['lz4-napi', '@duckdb/node-api', '@tensorflow/*'];

/** Modules of ours do nothing when they are loaded but for what their exports need. */
const ours = {
  name: 'ours',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
      if (resolveDir.includes('node_modules')) return undefined;
      return { path: join(resolveDir, path), sideEffects: false };
    });
    // half of zod is its messages in other languages
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/** Makes all bundles. */
export async function bundleAll() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const { entry, output, kernels } of BUNDLES) {
    const folder = dirname(join(dist, output));
    mkdirSync(folder, { recursive: true });
    await build({
      entryPoints: [join(dist, entry)],
      outfile: join(dist, output),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      minify: true,
      legalComments: 'none',
      external: EXTERNAL,
      // src/assets.ts then knows where it is
      define: { ESCI_SELECT_BUNDLE: JSON.stringify({ version }) },
      plugins: [ours],
      // packages in CommonJS ask for modules of Node by `require`
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
      logLevel: 'warning',
    });
    for (const kernel of kernels) {
      copyFileSync(join(dist, `kernels/${kernel}.wasm`), join(folder, `${kernel}.wasm`));
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleAll();
