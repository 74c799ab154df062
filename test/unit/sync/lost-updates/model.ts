import { mergeCandidates } from '../../../../src/sync/apply/batch.js';
import { logInTurn } from '../../../../src/sync/lost-updates/log-write.js';
import type { Write } from '../../../../src/sync/lost-updates/seen-change.js';
import { verifyWrite } from '../../../../src/sync/lost-updates/verify.js';
import type { Merger } from '../../../../src/sync/merger.js';
import { throwFirst } from '../../../../src/system/attempt.js';
import type { Files } from '../../../../src/system/files/files.js';
import type { Random } from '../../../client/stampede/random.js';
import { memoryFiles } from '../../../support/memory-files.js';
import { mergerIn } from '../../../support/push-items.js';

/** How a writer of the model writes. */
export type WriterKind =
  /** A tool call that holds the turn from before it reads until it is verified. */
  | 'turn'
  /** A tool call without a turn, as after a permission prompt; verified afterwards. */
  | 'prompted'
  /** Plain `claude`, an editor, a script: pclaude knows nothing of the write. */
  | 'external';

export interface PlannedWrite {
  readonly kind: WriterKind;
  readonly file: string;
  /** Adds a text, and leaves all others. */
  readonly edit: (text: string, random: Random) => string;
  /** The line that identifies the text. */
  readonly mark: string;
  /** Whether the launcher and the client die after the write. */
  readonly dies: boolean;
}

export interface Plan {
  readonly start: Readonly<Record<string, string>>;
  readonly writers: readonly (readonly PlannedWrite[])[];
  readonly random: Random;
}

export interface Outcome {
  /** The files, by name, and their conflict copies. */
  readonly texts: Readonly<Record<string, string>>;
  readonly copies: readonly string[];
  /** The marks of writes that were verified. */
  readonly verified: readonly { readonly file: string; readonly mark: string; readonly kind: WriterKind }[];
}

const FOLDER = '/shared';
const COPY = { keep: 'copy', branch: 'main', id: 'me' } as const;

/** A clock that the model moves; jumps of the clock, as when a user sets it, are part of the model. */
export interface Clock {
  now: number;
}

/** Plays writers over files in memory: at each moment one of them, chosen at random, does its next step. */
export async function play({ start, writers, random }: Plan, clock: Clock): Promise<Outcome> {
  const world = makeWorld(start, random, clock);
  const running = writers.map((writes) => stepsOf(world, writes));
  // Once in half of all plays a user sets the clock.
  const stepAt = random.below(60);
  for (let moment = 0, at = random.below(running.length); running.length > 0; moment++, at = random.below(running.length)) {
    clock.now += moment === stepAt ? random.below(7_200_000) - 3_600_000 : 1 + random.below(40);
    if (random.below(10) === 0) await watch(world, Object.keys(start)[random.below(2)] ?? '');
    const next = await running[at]?.next();
    if (next?.done !== false) running.splice(at, 1);
  }
  for (const file of Object.keys(start)) await watch(world, file);
  const names = world.files.list(FOLDER);
  const texts = Object.fromEntries(Object.keys(start).map((file) => [file, textOf(world, file) ?? '']));
  return {
    texts,
    copies: names.filter((name) => name.includes('.conflict-')).map((name) => textOf(world, name) ?? ''),
    verified: world.verified,
  };
}

interface World {
  readonly files: Files;
  readonly merger: Merger;
  readonly clock: Clock;
  readonly random: Random;
  /** The files whose turn a call holds. */
  readonly turns: Set<string>;
  readonly verified: Outcome['verified'][number][];
}

function makeWorld(start: Plan['start'], random: Random, clock: Clock): World {
  const files = memoryFiles();
  for (const [name, text] of Object.entries(start)) files.writePrivate(`${FOLDER}/${name}`, Buffer.from(text));
  return { files, merger: mergerIn('/state', files), clock, random, turns: new Set(), verified: [] };
}

/** One writer: each `yield` is a moment at which others may write. */
async function* stepsOf(world: World, writes: readonly PlannedWrite[]): AsyncGenerator<void> {
  for (const write of writes) {
    yield;
    if (write.kind === 'turn') yield* inTurn(world, write);
    else yield* withoutTurn(world, write);
  }
}

async function* inTurn(world: World, planned: PlannedWrite): AsyncGenerator<void> {
  const { turns, merger, clock } = world;
  while (turns.has(planned.file)) yield;
  turns.add(planned.file);
  const since = clock.now;
  try {
    yield;
    const write = { ...(yield* editFile(world, planned)), since };
    if (planned.dies) return;
    yield;
    if (logInTurn(merger, write)) {
      world.verified.push(planned);
      return;
    }
    turns.delete(planned.file);
    yield* verified(world, planned, write);
  } finally {
    turns.delete(planned.file);
  }
}

/** From the end of a tool call to its hook, at most, in milliseconds. */
const START_MS = 30_000;

async function* withoutTurn(world: World, planned: PlannedWrite): AsyncGenerator<void> {
  const began = world.clock.now;
  const change = yield* editFile(world, planned);
  if (planned.kind === 'external' || planned.dies) return;
  const duration = Math.max(0, world.clock.now - began);
  yield;
  yield* verified(world, planned, { ...change, since: Math.min(began, world.clock.now - duration) - START_MS });
}

async function* verified(world: World, planned: PlannedWrite, write: Write): AsyncGenerator<void> {
  // A merge waits for the turn, and finally continues without it.
  for (let tries = 0; world.turns.has(planned.file) && tries < 20; tries++) yield;
  await verifyWrite(world.merger, write, COPY);
  world.verified.push(planned);
}

/** Reads the file, and writes the changed text in place. */
async function* editFile(world: World, planned: PlannedWrite): AsyncGenerator<void, Omit<Write, 'since'>> {
  const before = textOf(world, planned.file);
  const after = planned.edit(before ?? '', world.random);
  yield;
  world.files.writePrivate(`${FOLDER}/${planned.file}`, Buffer.from(after));
  return { place: planned.file, target: `${FOLDER}/${planned.file}`, memoryFolder: null, before, after };
}

/** What a launcher does that watches a folder. */
async function watch({ merger, turns }: World, file: string): Promise<void> {
  if (turns.has(file)) return;
  const change = { place: file, target: `${FOLDER}/${file}`, base: null, ours: null };
  throwFirst(
    await mergeCandidates(merger, [{ change, policy: { drivers: merger.drivers, conflict: COPY }, base: null, memoryFolder: null }]),
  );
}

function textOf({ files }: World, name: string): string | null {
  const content = files.read(`${FOLDER}/${name}`);
  return content === null ? null : Buffer.from(content).toString('utf8');
}

/** How often a line is in a text. */
export function countIn(text: string, line: string): number {
  return text.split('\n').filter((other) => other === line).length;
}
