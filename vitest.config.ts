import { defineConfig } from 'vitest/config';
import { quickTemporaryFolder } from './test/support/memory-disk.js';

/** What the client itself does. It changes only with the client, so these are run when its version moves: `npm run test:facts`. */
const FACTS = ['test/client/facts/**/*.test.ts', 'test/client/*-facts.test.ts'];

const STAMPEDE = 'test/client/stampede.test.ts';

/** Each of their tests has one client running at a time, and none waits for the clock: two of these files may run at once. */
const CALM = [
  'claude-md',
  'conversations',
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

const CLIENT_TIMES = { testTimeout: 240_000, hookTimeout: 120_000 };

/**
 * `unit` mirrors src/ and never starts the real client. `client` drives the real one against loopback endpoints; the files of
 * `client-alone` run one after another, because many of them start several clients at once. `stampede` starts dozens of them. `load` starts hundreds of launchers, or
 * waits for minutes: `npm run test:load`.
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
          env: { TMPDIR: quickTemporaryFolder() },
          setupFiles: ['test/support/seed.ts'],
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { name: 'facts', include: FACTS, ...CLIENT_TIMES, sequence: { groupOrder: 1 } } },
      { test: { name: 'client', include: CALM, ...CLIENT_TIMES, sequence: { groupOrder: 2 } } },
      {
        test: {
          name: 'client-alone',
          include: ['test/client/**/*.test.ts'],
          exclude: [...FACTS, ...CALM, STAMPEDE],
          fileParallelism: false,
          ...CLIENT_TIMES,
          sequence: { groupOrder: 3 },
        },
      },
      { test: { name: 'stampede', include: [STAMPEDE], testTimeout: 600_000, sequence: { groupOrder: 4 } } },
      { test: { name: 'load', include: ['test/load/**/*.test.ts'], fileParallelism: false, testTimeout: 600_000, sequence: { groupOrder: 5 } } },
    ],
  },
});
