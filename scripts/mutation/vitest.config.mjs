// Vitest for mutation runs: sources as scripts/mutation/instrument.mjs wrote them, one process, one mutant at a time.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '../..');
const instrumented = new Map(JSON.parse(readFileSync(process.env.MUTATION_SOURCES, 'utf8')));

export default defineConfig({
  root,
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      transform(_, id) {
        const code = instrumented.get(relative(root, id).replaceAll('\\', '/'));
        return code === undefined ? undefined : { code, map: null };
      },
    },
  ],
  test: {
    include: process.env.MUTATION_TESTS.split(','),
    runner: join(root, process.env.MUTATION_RUNNER),
    setupFiles: [join(root, 'scripts/mutation/setup.mjs')],
    pool: 'forks',
    isolate: false,
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['dot'],
  },
});
