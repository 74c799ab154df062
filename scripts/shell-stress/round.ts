import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../test/support/sandbox.js';
import type { Random } from '../../test/client/stampede/random.js';
import type { RunCommand, Writer } from './hooked.js';
import { type Counted, judge } from './judge.js';
import { type Effect, ENTRIES, type Field, fieldFiles, shapes } from './shapes.js';

/** The result of two commands that ran at about the same moment. */
export interface Round extends Counted {
  readonly pair: readonly [string, string];
  readonly ran: readonly RunCommand[];
}

/** The second command begins at most this long after the first, in milliseconds. */
const SPREAD_MS = 500;

/** Plays one round in a fresh folder of the shared dir, and counts. */
export async function playRound(sandbox: Sandbox, [one, other]: readonly [Writer, Writer], number: number, random: Random): Promise<Round> {
  const place = `skills/r${number}`;
  const folder = join(sandbox.home, '.claude', place);
  for (const [name, text] of Object.entries(fieldFiles())) await sandbox.write(join(folder, name), text);
  const first = shapes[random.below(shapes.length)];
  const alike = shapes.filter(({ kind }) => kind === first?.kind);
  const second = alike[random.below(alike.length)];
  if (!first || !second) throw new Error('there are no shapes');
  const [mine = 1, theirs = 2] = random.shuffled(Array.from({ length: ENTRIES }, (_, at) => at + 1));
  const fieldOf = (name: string, entry: number, own: number): Field => ({
    folder: `~/.claude/${place}`,
    scratch: join(sandbox.home, 'tmp', `r${number}-${name}`),
    tag: `r${number}-by-${name}`,
    entry,
    own,
  });
  const fields = [fieldOf(one.name, mine, 1), fieldOf(other.name, theirs, 2)] as const;
  for (const { scratch } of fields) await mkdir(scratch, { recursive: true });
  const pause = random.below(SPREAD_MS);
  const ran = await Promise.all([one.run(first.command(fields[0])), sleep(pause).then(async () => other.run(second.command(fields[1])))]);
  const effects = [...first.effects(fields[0]), ...second.effects(fields[1])];
  const counted = await judged(folder, effects);
  await rm(fields[0].scratch, { recursive: true });
  await rm(fields[1].scratch, { recursive: true });
  return { pair: [first.name, second.name], ran, ...counted };
}

/** Writes from the background are merged a little later: a fault counts only if it lasts this long, in milliseconds. */
const PATIENCE_MS = 8_000;

async function judged(folder: string, effects: readonly Effect[]): Promise<Counted> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const counted = judge(folder, effects);
    if (Object.values(counted).every(({ length }) => length === 0) || performance.now() > deadline) return counted;
    await sleep(50);
  }
}
