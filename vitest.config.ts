import { defineConfig } from 'vitest/config';

const STAMPEDE = 'test/client/stampede.test.ts';

/**
 * `unit` mirrors src/ and never starts the real client. `client` drives the real one against loopback endpoints; its files run
 * one after another, because many of them start several clients at once. `load` starts dozens of clients, or hundreds of
 * launchers, after all others.
 */
export default defineConfig({
  test: {
    // Left to itself it keeps one of two cores free, and takes twice as long.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/client/**', 'test/load/**'],
          setupFiles: ['test/support/seed.ts'],
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'client',
          include: ['test/client/**/*.test.ts'],
          exclude: [STAMPEDE],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'load',
          include: ['test/load/**/*.test.ts', STAMPEDE],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
