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
import { numbered, staleStranger, stranger, type Writer, writer } from './writers.js';

const SEED = Number(process.env['PCLAUDE_TEST_SEED'] ?? 20_261_121);
const OURS = Number(process.env['PCLAUDE_TEST_STAMPEDE'] ?? 8);
const part = (share: number): number => Math.round(OURS * share);
/** Of ours, those who write back settings that they had read before the others changed theirs. */
const SLOW = part(1 / 6);
const KILLED = part(1 / 3);
const STRANGERS = 2;
/** How many of ours have ended when a stranger writes its stale version; the last comes after all of them. */
const STALE = [part(1 / 3), part(2 / 3), OURS];

test(`${OURS} sessions at once, five strangers who write the same files, ${KILLED} launchers killed: no session loses anything`, {
  timeout: 400_000,
}, async () => {
  const random = createRandom(SEED);
  const project = await memoryProject();
  const { api, sandbox, memory } = project;
  const ours = numbered('ours', OURS).map((name, at) => writer(name, random, { slow: at < SLOW }));
  const stale = numbered('stale', STALE.length).map((name, at) =>
    staleStranger(name, `${memory}/MEMORY.md`, at % 2 === 0 ? 'rename' : 'in place'),
  );
  const strangers = [...numbered('plain', STRANGERS).map((name) => stranger(name)), ...stale];

  const free = availableMemory();
  const herd = await startHerd(project, [...ours, ...strangers]);
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
  await herd.ended([...ours, ...strangers], ours.length + strangers.length);
  expect(await herd.failures()).toEqual([]);
  const killed = (await Promise.all(kills)).filter((moment) => moment !== undefined);
  expect(await processesWithHome(sandbox.home)).toEqual([]);

  expect(await run(pclaude, ['-p', 'hello'], { cwd: project.cwd, env: project.env })).toMatchObject({ exitCode: 0 });
  const [mine, theirs] = [await outcomeOf(project, ours), await outcomeOf(project, strangers)];
  const told = [
    `pclaude lost ${lostOf(mine)} (${lostByKind(mine)})`,
    `plain claude ${lostOf(theirs)} (${lostByKind(theirs)})`,
    `${used} MiB in use`,
    `killed: ${killed.join(', ')}`,
  ];
  process.stdout.write(`stampede, seed ${SEED}: ${told.join('; ')}
`);
  // Who was killed before it had begun wrote nothing; all others could.
  expect(mine.written.length).toBeGreaterThanOrEqual(ours.slice(KILLED).flatMap(({ things }) => things).length);
  const conflicts = (await project.memoryFiles()).filter((name) => name.includes('.conflict-'));
  expect({ lost: mine.lost, twice: mine.twice, conflicts, left: await leftovers(sandbox) }).toEqual({
    lost: [],
    twice: [],
    conflicts: [],
    left: [],
  });
  // The others had ended when their moment came.
  expect(killed.length).toBeGreaterThan(KILLED / 2);
});

/** Kills the launcher before its client has begun, or at one of its steps, a part of a second later; tells when that was. */
async function killSometime({ api }: MemoryProject, herd: Herd, { name, gates }: Writer, random: Random): Promise<string | undefined> {
  const gate = [undefined, ...gates][random.below(gates.length + 1)];
  const pause = random.below(1_000);
  const launcher = herd.member(name);
  if (gate !== undefined) await Promise.race([api.arrived(gate, 1), launcher.exit]);
  await Promise.race([delay(pause), launcher.exit]);
  launcher.kill('SIGKILL');
  return (await launcher.exit).signal === 'SIGKILL' ? `${gate ?? `${name} at its launch`} + ${pause} ms` : undefined;
}
