import type { ShellCall } from '../../../src/hook/hook-input.js';
import { createShellCalls, type HookedSession } from '../../../src/hook/hooked-session.js';
import * as merging from '../../../src/hook/merging.js';
import { afterShell, beforeShell } from '../../../src/hook/shell-call.js';
import { sessionPaths } from '../../../src/session/paths.js';
import { mergeCandidates } from '../../../src/sync/apply/batch.js';
import type { Merger } from '../../../src/sync/merger.js';
import type { Turns } from '../../../src/sync/turns/turns.js';
import { throwFirst } from '../../../src/system/attempt.js';
import type { Files } from '../../../src/system/files/files.js';
import type { Random } from '../../client/stampede/random.js';
import { memoryFiles } from '../../support/memory-files.js';
import { mergerIn } from '../../support/push-items.js';
import type { Scratch } from '../../support/scratch.js';
import { layout, manifestOf } from '../../support/session.js';

/**
 * A shell command that writes one shared file. It reads when it is called, and writes when it calls `write`; other sessions may run in
 * between.
 */
export type Command = (read: () => string, write: (text: string) => void, pause: () => Promise<void>) => Promise<void>;

export interface Plan {
  readonly text: string;
  /** One for each session. */
  readonly commands: readonly Command[];
  readonly random: Random;
}

/** A clock that the model moves. */
export interface Clock {
  now: number;
}

const PLACE = 'skills/_index.md';

interface World {
  readonly scratch: Scratch;
  readonly files: Files;
  readonly merger: Merger;
  readonly clock: Clock;
  readonly path: string;
  readonly scheduler: Scheduler;
  /** The session that has the turn of the file. */
  holder: number | undefined;
}

/**
 * Plays sessions that each run a command, with the hooks before and after it: at each moment one of them, chosen at random, does its next
 * step. Resolves with the final text.
 */
export async function play(scratch: Scratch, { text, commands, random }: Plan, clock: Clock): Promise<string> {
  const scheduler = createScheduler();
  const files = memoryFiles();
  const world: World = {
    scratch,
    files,
    merger: mergerIn('/state', files),
    clock,
    path: scratch.at('shared', PLACE),
    scheduler,
    holder: undefined,
  };
  world.files.writePrivate(world.path, Buffer.from(text));
  clock.now += 60_000;
  for (const [number, command] of commands.entries()) await scheduler.start(async () => runCommand(world, number, command));
  while (scheduler.waiting() > 0) {
    clock.now += 1 + random.below(40);
    if (random.below(10) === 0) await watch(world);
    await scheduler.release(random.below(scheduler.waiting()));
  }
  await scheduler.ended();
  return textOf(world);
}

async function runCommand(world: World, number: number, command: Command): Promise<void> {
  const {
    files,
    scratch,
    path,
    scheduler: { pause },
  } = world;
  const id = `s${number}`;
  const session: HookedSession = {
    stateDir: scratch.at('state'),
    paths: sessionPaths(scratch.at('state'), id),
    manifest: manifestOf(scratch, id),
    loadLayout: async () => layout,
    loadMerging: async () => ({ ...merging, mergerOf: () => world.merger, sessionLocks: () => locksOf(world) }),
    turns: turnsOf(world, number),
    shellCalls: createShellCalls(),
  };
  const call: ShellCall = {
    kind: 'shell',
    event: 'PreToolUse',
    name: 'PreToolUse',
    call: id,
    plans: false,
    input: {},
    response: undefined,
    command: `write ${path}`,
    cwd: scratch.root,
  };
  await pause();
  await beforeShell(files, session, call, undefined);
  await pause();
  await command(
    () => textOf(world),
    (text) => files.writePrivate(path, Buffer.from(text)),
    pause,
  );
  await pause();
  await afterShell(files, session, { ...call, event: 'PostToolUse' });
}

function turnsOf(world: World, number: number): Turns {
  let since: number | undefined;
  const giveBack = (): void => {
    if (world.holder === number) world.holder = undefined;
  };
  return {
    take: async () => {
      while (world.holder !== undefined) await world.scheduler.pause();
      world.holder = number;
      since = world.clock.now;
    },
    since: () => (world.holder === number ? since : undefined),
    giveBack,
    giveBackFile: giveBack,
    giveBackAll: giveBack,
  };
}

/** No other session runs between two steps of the model, so the lock is always free; the turn that a merge takes under the lock is not. */
function locksOf(world: World): ReturnType<typeof merging.sessionLocks> {
  const act = async <T>(merge: (merger: Merger) => Promise<T>): Promise<T> => {
    do await world.scheduler.pause();
    while (world.holder !== undefined);
    return merge(world.merger);
  };
  return { shared: act, state: async (_file, merge) => act(merge), forFile: async (_place, _file, merge) => act(merge) };
}

/** What a launcher does that watches a folder. */
async function watch({ merger, path, holder }: World): Promise<void> {
  if (holder !== undefined) return;
  const change = { place: PLACE, target: path, base: null, ours: null };
  throwFirst(
    await mergeCandidates(merger, [
      { change, policy: { drivers: merger.drivers, conflict: { keep: 'copy', branch: 'main', id: 'me' } }, base: null, memoryFolder: null },
    ]),
  );
}

function textOf({ files, path }: World): string {
  return Buffer.from(files.read(path) ?? []).toString('utf8');
}

/** Runs one of several tasks at a time, from one pause to the next. */
interface Scheduler {
  /** Resolves when the task has reached its first pause. */
  readonly start: (task: () => Promise<void>) => Promise<void>;
  readonly pause: () => Promise<void>;
  readonly waiting: () => number;
  /** Lets one of the waiting tasks continue; resolves when it waits again, or has ended. */
  readonly release: (at: number) => Promise<void>;
  /** Throws an error that a task threw. */
  readonly ended: () => Promise<void>;
}

function createScheduler(): Scheduler {
  const paused: (() => void)[] = [];
  const tasks: Promise<void>[] = [];
  let stopped: (() => void) | undefined;
  const untilItStops = async (act: () => void): Promise<void> =>
    new Promise((resolve) => {
      stopped = resolve;
      act();
    });
  return {
    start: async (task) => untilItStops(() => void tasks.push(task().finally(() => stopped?.()))),
    pause: async () =>
      new Promise((resolve) => {
        paused.push(resolve);
        stopped?.();
      }),
    waiting: () => paused.length,
    release: async (at) => untilItStops(() => paused.splice(at, 1)[0]?.()),
    ended: async () => void (await Promise.all(tasks)),
  };
}
