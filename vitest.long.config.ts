import { defineConfig } from 'vitest/config';

/**
 * Tests that take minutes: kill loops, the packed package, a clean clone, other Nodes, browsers, real shells; those of a room that
 * are slow lie beside the others as *.slow.test.ts. One after the other: they measure nothing, but fill both cores.
 */
export default defineConfig({
  test: {
    globalSetup: 'test/scratch.ts',
    include: ['test/long/**/*.test.ts', 'test/**/*.slow.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
