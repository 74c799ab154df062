import { memoryProject } from '../../test/client/memory-project.js';
import { startHerd } from '../../test/client/stampede/herd.js';
import { outcomeOf } from '../../test/client/stampede/outcome.js';
import { createRandom } from '../../test/client/stampede/random.js';
import { numbered, writer } from '../../test/client/stampede/writers.js';
import { endEverything } from '../../test/support/lifetime.js';
import { claude, pclaude, type Program } from '../../test/support/real-client.js';
import { lockProbe, lockReading, lockRows } from './lock-times.js';
import { type Case, expectThat, type Part } from './part.js';
import type { Reading, Row } from './rows.js';

const SIZES = [2, 8, 20, 30];
const SEED = 20_261_121;

/**
 * Real clients at once, each with a line for `MEMORY.md`, five notes, a setting and a server of its own. Writes count as lost that
 * were reported as done and are missing in the end.
 */
export const lostWrites: Part = {
  title: 'Lost of written, real clients',
  rounds: 1,
  warmUp: 0,
  slow: true,
  rows: [
    ...SIZES.flatMap((size) => [claude, pclaude].map(({ name }) => lostRow(name, size))),
    ...lockRows('pclaude-30', '30 real sessions'),
  ],
  open: () => Promise.resolve(SIZES.flatMap((size) => [claude, pclaude].map((program) => herd(program, size)))),
};

function lostRow(program: string, size: number): Row {
  const name = `${program}-${size}` as const;
  const what = `${size} sessions of \`${program}\`: lost of written`;
  return {
    id: `lost-${name}`,
    what,
    unit: 'count',
    ...(program === 'pclaude' && { goal: '0' }),
    of: `${name}.lost`,
    outOf: `${name}.written`,
  };
}

function herd(program: Program, size: number): Case {
  return {
    name: `${program.name}-${size}`,
    measure: async () => play(program, size),
    // At least its notes: a client refuses an edit of a file that has changed meanwhile.
    verify: ({ written = 0 }) => expectThat(written >= size * 5, `${size} sessions have written only ${written} things`),
  };
}

async function play(program: Program, size: number): Promise<Reading> {
  try {
    const project = await memoryProject();
    const probe = lockProbe(project.sandbox.at('locks.log'));
    const random = createRandom(SEED);
    const writers = numbered('session', size).map((name) => writer(name, random, { program }));
    const sessions = await startHerd({ ...project, env: { ...project.env, ...probe.env } }, writers);
    await sessions.go();
    await sessions.ended(writers, size);
    const failures = await sessions.failures();
    if (failures.length > 0) throw new Error(failures.join('\n'));
    const { lost, written } = await outcomeOf(project, writers);
    return { lost: lost.length, written: written.length, ...lockReading(probe.holds()) };
  } finally {
    await endEverything();
  }
}
