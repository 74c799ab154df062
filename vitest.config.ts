import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { quickTemporaryFolder } from './test/support/memory-disk.js';

const QUICK = {
  env: { TMPDIR: quickTemporaryFolder() },
  setupFiles: ['test/support/seed.ts'],
  testTimeout: 180_000,
  sequence: { groupOrder: 0 },
};

const CLIENT = { testTimeout: 240_000, hookTimeout: 120_000 };

/**
 * A project for each folder of tests.
 *
 * - `unit` mirrors src/ and starts no process; `e2e` mirrors it, too, and starts the built programs, git and other tools, never the client.
 * - `isolated` replaces modules, or needs a process that has only just begun.
 * - `client` drives the real client against loopback endpoints. `crowds` starts many clients at once, so its files run one after another.
 *   `stampede` starts dozens.
 * - `facts` is what the client itself does. It changes only with the client: `npm run test:facts`.
 * - `load` starts hundreds of launchers, or waits for minutes: `npm run test:load`.
 */
export default defineConfig({
  test: {
    // Left to itself it keeps one of two cores free, and takes twice as long.
    maxWorkers: '100%',
    projects: [
      // A process for each file would cost half a second.
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          isolate: false,
          ...QUICK,
          setupFiles: [...QUICK.setupFiles, 'test/support/no-processes.ts'],
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], isolate: false, ...QUICK } },
      { test: { name: 'isolated', include: ['test/isolated/**/*.test.ts'], ...QUICK } },
      { test: { name: 'facts', include: ['test/client/facts/**/*.test.ts'], ...CLIENT, sequence: { groupOrder: 1 } } },
      {
        test: {
          name: 'client',
          include: ['test/client/*.test.ts'],
          // These wait for the client more than half of their time.
          maxWorkers: Math.ceil(1.5 * availableParallelism()),
          ...CLIENT,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'crowds',
          include: ['test/client/crowds/**/*.test.ts'],
          fileParallelism: false,
          ...CLIENT,
          sequence: { groupOrder: 3 },
        },
      },
      { test: { name: 'stampede', include: ['test/client/stampede/**/*.test.ts'], testTimeout: 600_000, sequence: { groupOrder: 4 } } },
      {
        test: {
          name: 'load',
          include: ['test/load/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
