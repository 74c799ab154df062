import { defineConfig } from 'vitest/config';
import { quickTemporaryFolder } from './test/support/memory-disk.js';

/** What the client itself does. It changes only with the client, so these are run when its version moves: `npm run test:facts`. */
const FACTS = ['test/client/facts/**/*.test.ts', 'test/client/*-facts.test.ts'];

const STAMPEDE = 'test/client/stampede.test.ts';

/** They replace modules, or need a process that has only just begun. */
const OWN_PROCESS = ['library/mounted', 'platform/make-folder', 'platform/overwrite', 'platform/process-environment', 'platform/set-mode', 'session/in-use'].map((name) => `test/${name}.test.ts`);

/** They start many clients at once, and fill the machine by themselves. */
const CROWDS = ['continuous', 'login', 'memory-collision', 'shared-files', 'test-isolation', 'turn-kills', 'turns'].map((name) => `test/client/${name}.test.ts`);

const UNIT = { env: { TMPDIR: quickTemporaryFolder() }, setupFiles: ['test/support/seed.ts'], testTimeout: 180_000, sequence: { groupOrder: 0 } };

const CLIENT_TIMES = { testTimeout: 240_000, hookTimeout: 120_000 };

/**
 * `unit` and `unit-isolated` mirror src/ and never start the real client. `client` drives the real one against loopback endpoints; the files of
 * `client-crowds` run one after another. `stampede` starts dozens of clients. `load` starts hundreds of launchers, or waits for minutes:
 * `npm run test:load`.
 */
export default defineConfig({
  test: {
    // Left to itself it keeps one of two cores free, and takes twice as long.
    maxWorkers: '100%',
    projects: [
      // A process for each file would cost half a second.
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/client/**', 'test/load/**', ...OWN_PROCESS], isolate: false, ...UNIT } },
      { test: { name: 'unit-isolated', include: OWN_PROCESS, ...UNIT } },
      { test: { name: 'facts', include: FACTS, ...CLIENT_TIMES, sequence: { groupOrder: 1 } } },
      { test: { name: 'client', include: ['test/client/**/*.test.ts'], exclude: [...FACTS, ...CROWDS, STAMPEDE], ...CLIENT_TIMES, sequence: { groupOrder: 2 } } },
      { test: { name: 'client-crowds', include: CROWDS, fileParallelism: false, ...CLIENT_TIMES, sequence: { groupOrder: 3 } } },
      { test: { name: 'stampede', include: [STAMPEDE], testTimeout: 600_000, sequence: { groupOrder: 4 } } },
      { test: { name: 'load', include: ['test/load/**/*.test.ts'], fileParallelism: false, testTimeout: 600_000, sequence: { groupOrder: 5 } } },
    ],
  },
});
