import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/scratch.ts',
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**', '**/*.slow.test.ts', '**/node_modules/**'],
    testTimeout: 240_000,
    hookTimeout: 480_000,
    pool: 'forks',
    // files share a process and what it has imported: a test that changes its process sets it back
    isolate: false,
    maxWorkers: 2,
  },
});
