import { memoryProject } from '../../test/client/memory-project.js';
import { startHerd } from '../../test/client/stampede/herd.js';
import { lostByKind, lostOf, outcomeOf } from '../../test/client/stampede/outcome.js';
import { createRandom } from '../../test/client/stampede/random.js';
import { numbered, writer } from '../../test/client/stampede/writers.js';
import { endEverything } from '../../test/support/lifetime.js';
import { claude, pclaude, type Program } from '../../test/support/real-client.js';
import { lockProbe, lockRows } from './lock-times.js';
import { heading, row } from './measure.js';

const SIZES = [2, 8, 20, 30];
const SEED = 20_261_121;

/**
 * Runs real clients at once, each with a line for `MEMORY.md`, five notes, a setting and a server of its own. Counts writes that were
 * reported as done and are missing in the end, and prints how long pclaude held the lock of the shared dir.
 */
export async function benchLostWrites(): Promise<void> {
  heading('lost of written (goal for pclaude: 0)', 'one run each');
  for (const size of SIZES) {
    for (const program of [claude, pclaude]) await play(program, size);
  }
}

async function play(program: Program, size: number): Promise<void> {
  try {
    const project = await memoryProject();
    const probe = lockProbe(project.sandbox.at('locks.log'));
    const random = createRandom(SEED);
    const writers = numbered('session', size).map((name) => writer(name, random, { program }));
    const herd = await startHerd({ ...project, env: { ...project.env, ...probe.env } }, writers);
    await herd.go();
    await herd.ended(writers, size);
    const failures = await herd.failures();
    if (failures.length > 0) throw new Error(failures.join('\n'));
    const outcome = await outcomeOf(project, writers);
    row(`${size} sessions of ${program.name}`, lostOf(outcome), lostByKind(outcome));
    lockRows(probe.holds());
  } finally {
    await endEverything();
  }
}
