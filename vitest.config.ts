import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { quickTemporaryFolder } from './test/support/memory-disk.js';

const LOAD = ['test/load/**/*.test.ts', 'test/client/stampede.test.ts'];

/**
 * `unit` mirrors src/ and never starts the real client. `client` drives the real one against loopback endpoints. `load` starts dozens of clients, or hundreds of launchers, one file after another.
 */
export default defineConfig({
  test: {
    // Most tests wait for programs that they have started.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/client/**', 'test/load/**'],
          env: { TMPDIR: quickTemporaryFolder() },
          setupFiles: ['test/support/seed.ts'],
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'client',
          include: ['test/client/**/*.test.ts'],
          exclude: LOAD,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'load',
          include: LOAD,
          fileParallelism: false,
          testTimeout: 600_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
