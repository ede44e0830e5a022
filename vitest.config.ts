import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // They end what hangs, and tell nothing of speed: a browser beside three busy neighbours takes its time.
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
