import { defineConfig } from 'vitest/config';

const STAMPEDE = 'test/client/stampede.test.ts';

/** Each of their tests has one client running at a time, and none waits for the clock: two of these files may run at once. */
const CALM = [
  'claude-md',
  'conversations',
  'facts/*',
  'held-back',
  'held-resume',
  'hook-failures',
  'memory-prompt',
  'permission-table',
  'permissions',
  'resume',
  'settings-merge',
  'shared-files',
  'unknown-names',
].map((name) => `test/client/${name}.test.ts`);

/**
 * `unit` mirrors src/ and never starts the real client. `client` drives the real one against loopback endpoints; the files of
 * `client-alone` run one after another, because many of them start several clients at once. `load` starts dozens of clients, or
 * hundreds of launchers, after all others.
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
          include: CALM,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'client-alone',
          include: ['test/client/**/*.test.ts'],
          exclude: [STAMPEDE, ...CALM],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'load',
          include: ['test/load/**/*.test.ts'],
          testTimeout: 600_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'load-alone',
          include: [STAMPEDE],
          testTimeout: 600_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
