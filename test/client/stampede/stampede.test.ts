import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { leftovers } from '../../support/leftovers.js';
import { availableMemory } from '../../support/memory.js';
import { processesWithHome } from '../../support/processes.js';
import { pclaude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { memoryProject, type MemoryProject } from '../memory-project.js';
import { type Herd, startHerd } from './herd.js';
import { lostByKind, lostOf, outcomeOf } from './outcome.js';
import { createRandom, type Random } from './random.js';
import { numbered, staleExternalWriter, externalWriter, type Writer, writer } from './writers.js';

const SEED = Number(process.env['PCLAUDE_TEST_SEED'] ?? 20_261_121);
const OURS = Number(process.env['PCLAUDE_TEST_STAMPEDE'] ?? 8);
const part = (share: number): number => Math.round(OURS * share);
/** The number of pclaude sessions that write back settings which they read before the other sessions changed theirs. */
const SLOW = part(1 / 6);
const KILLED = part(1 / 3);
const PLAIN = 2;
/** How many pclaude sessions have exited when an external writer writes its stale version; the last one writes after all of them. */
const STALE = [part(1 / 3), part(2 / 3), OURS];

test(`${OURS} sessions at once, five external writers of the same files, ${KILLED} launchers killed: no session loses anything`, {
  timeout: 400_000,
}, async () => {
  const random = createRandom(SEED);
  const project = await memoryProject();
  const { api, sandbox, memory } = project;
  const ours = numbered('ours', OURS).map((name, at) => writer(name, random, { slow: at < SLOW }));
  const stale = numbered('stale', STALE.length).map((name, at) =>
    staleExternalWriter(name, `${memory}/MEMORY.md`, at % 2 === 0 ? 'rename' : 'in place'),
  );
  const externalWriters = [...numbered('plain', PLAIN).map((name) => externalWriter(name)), ...stale];

  const free = availableMemory();
  const herd = await startHerd(project, [...ours, ...externalWriters]);
  const kills = random
    .shuffled(ours)
    .slice(0, KILLED)
    .map(async (victim) => killSometime(project, herd, victim, random));
  const staleWrites = STALE.map(async (count, at) => {
    await herd.ended(ours, count);
    api.release(stale[at]?.name ?? '');
  });
  await herd.go();
  const used = free - availableMemory();
  await Promise.all(staleWrites);
  await herd.ended([...ours, ...externalWriters], ours.length + externalWriters.length);
  expect(await herd.failures()).toEqual([]);
  const killed = (await Promise.all(kills)).filter((moment) => moment !== undefined);
  expect(await processesWithHome(sandbox.home)).toEqual([]);

  expect(await run(pclaude, ['-p', 'hello'], { cwd: project.cwd, env: project.env })).toMatchObject({ exitCode: 0 });
  const [mine, theirs] = [await outcomeOf(project, ours), await outcomeOf(project, externalWriters)];
  const summary = [
    `pclaude lost ${lostOf(mine)} (${lostByKind(mine)})`,
    `plain claude ${lostOf(theirs)} (${lostByKind(theirs)})`,
    `${used} MiB in use`,
    `killed: ${killed.join(', ')}`,
  ];
  process.stdout.write(`stampede, seed ${SEED}: ${summary.join('; ')}
`);
  // A session that was killed before it began wrote nothing; all others could write.
  expect(mine.written.length).toBeGreaterThanOrEqual(ours.slice(KILLED).flatMap(({ things }) => things).length);
  const conflicts = (await project.memoryFiles()).filter((name) => name.includes('.conflict-'));
  expect({ lost: mine.lost, twice: mine.twice, conflicts, left: await leftovers(sandbox) }).toEqual({
    lost: [],
    twice: [],
    conflicts: [],
    left: [],
  });
  // The other sessions had exited before the moment of their kill.
  expect(killed.length).toBeGreaterThan(KILLED / 2);
});

/** Kills the launcher before its client has begun, or up to a second after one of its steps; returns the moment of the kill. */
async function killSometime({ api }: MemoryProject, herd: Herd, { name, gates }: Writer, random: Random): Promise<string | undefined> {
  const gate = [undefined, ...gates][random.below(gates.length + 1)];
  const pause = random.below(1_000);
  const launcher = herd.member(name);
  if (gate !== undefined) await Promise.race([api.arrived(gate, 1), launcher.exit]);
  await Promise.race([delay(pause), launcher.exit]);
  launcher.kill('SIGKILL');
  return (await launcher.exit).signal === 'SIGKILL' ? `${gate ?? `${name} at its launch`} + ${pause} ms` : undefined;
}
