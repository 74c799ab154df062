import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { serve } from '../../../../src/sync/turns/server.js';
import { fileTurns } from '../../../../src/sync/turns/take-turn.js';
import { isTurn, monotonicNow, takeOver, tryTurn, type Turn } from '../../../../src/sync/turns/turn-lock.js';
import { queueOf, type Turns, turnsOf } from '../../../../src/sync/turns/turns.js';
import { atEnd } from '../../../support/lifetime.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

const HOUR = 3_600_000;

/** The part of a launcher that handles turns. */
async function launcher(scratch: Scratch, name: string): Promise<Turns> {
  const socket = scratch.at(name);
  const { turns, queue } = turnsOf({ stateDir: scratch.at('state'), socket });
  const close = await serve(socket, { answer: async () => undefined, queue });
  atEnd(async () => {
    turns.giveBackAll();
    await close();
  });
  return turns;
}

function holds(turns: Turns, call: string): boolean {
  return turns.since(call) !== undefined;
}

function lockFiles(scratch: Scratch): string[] {
  return readdirSync(scratch.at('state/turns')).filter((name) => name !== 'take-over');
}

function held(attempt: ReturnType<typeof tryTurn>): Turn {
  if (!isTurn(attempt)) throw new Error('another has the turn');
  return attempt;
}

describe('a turn', () => {
  test.each([1, 8, 20])('is held by one call at a time, in the order of arrival: %i launchers, 10 turns each', async (count) => {
    const scratch = createScratch();
    const launchers = await Promise.all(Array.from({ length: count }, async (_, at) => launcher(scratch, `s${at}`)));
    let holding = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      launchers.map(async (turns, at) => {
        for (let round = 0; round < 10; round++) {
          const call = `call-${at}-${round}`;
          await turns.take({ call, files: ['/shared/a.md'], lease: HOUR });
          expect(holds(turns, call)).toBe(true);
          order.push(at);
          most = Math.max(most, ++holding);
          await new Promise((resolve) => setTimeout(resolve, 1));
          holding--;
          turns.giveBack(call);
        }
      }),
    );
    expect(most).toBe(1);
    expect(order).toHaveLength(10 * count);
    // No launcher waits for long: between two turns of one launcher, the others get only a few more than one each.
    const gaps = launchers
      .map((_, at) => order.flatMap((who, place) => (who === at ? [place] : [])))
      .flatMap((places) => places.slice(1).map((place, next) => place - (places[next] ?? 0)));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3 * count);
    expect(lockFiles(scratch)).toEqual([]);
  });

  test('of one file does not block another file', async () => {
    const scratch = createScratch();
    const [one, other] = [await launcher(scratch, 'one'), await launcher(scratch, 'other')];
    await one.take({ call: 'a', files: ['/shared/a.md'], lease: HOUR });
    await other.take({ call: 'b', files: ['/shared/b.md'], lease: HOUR });
    expect([holds(one, 'a'), holds(other, 'b')]).toEqual([true, true]);
  });

  test('is given back by its file, and by its call', async () => {
    const turns = await launcher(createScratch(), 'one');
    for (const giveBack of [() => turns.giveBackFile('/shared/a.md'), () => turns.giveBack('a'), () => turns.giveBackAll()]) {
      await turns.take({ call: 'a', files: ['/shared/a.md'], lease: HOUR });
      giveBack();
      expect(holds(turns, 'a')).toBe(false);
    }
  });

  test('ends with its lease', async () => {
    const scratch = createScratch();
    const [one, other] = [await launcher(scratch, 'one'), await launcher(scratch, 'other')];
    await one.take({ call: 'a', files: ['/shared/a.md'], lease: 50 });
    await other.take({ call: 'b', files: ['/shared/a.md'], lease: HOUR });
    expect([holds(one, 'a'), holds(other, 'b')]).toEqual([false, true]);
  });

  test('is given back even if its lock file cannot be removed', () => {
    const scratch = createScratch();
    const lockFile = scratch.at('turns/file');
    const turn = held(tryTurn(lockFile, { socket: null, until: monotonicNow() + HOUR }));
    renameSync(lockFile, scratch.at('moved'));
    scratch.folder('turns/file');
    turn.release();
    rmdirSync(lockFile);
    renameSync(scratch.at('moved'), lockFile);
    const next = tryTurn(lockFile, { socket: null, until: monotonicNow() + HOUR });
    expect(isTurn(next)).toBe(true);
    held(next).release();
  });

  test('skips the waiting call of a hook that was killed', async () => {
    const scratch = createScratch();
    const [one, other] = [await launcher(scratch, 'one'), await launcher(scratch, 'other')];
    await one.take({ call: 'a', files: ['/shared/a.md'], lease: HOUR });
    const killed = new AbortController();
    const waiting = other.take({ call: 'b', files: ['/shared/a.md'], lease: HOUR, signal: killed.signal });
    killed.abort();
    await waiting;
    one.giveBack('a');
    await one.take({ call: 'c', files: ['/shared/a.md'], lease: HOUR });
    expect([holds(one, 'c'), holds(other, 'b')]).toEqual([true, false]);
  });

  test('of a merge and of a tool call exclude each other', async () => {
    const scratch = createScratch();
    const socket = scratch.at('one');
    const { turns, queue } = turnsOf({ stateDir: scratch.at('state'), socket });
    const order: string[] = [];
    const joined = new Promise<void>((resolve) => {
      void serve(socket, {
        answer: async () => undefined,
        queue: {
          ...queue,
          join: (name, waiter) => {
            order.push('the merge waits');
            resolve();
            return queue.join(name, waiter);
          },
        },
      }).then(atEnd);
    });
    const file = scratch.write('shared/a.md', '');
    await turns.take({ call: 'a', files: [file], lease: HOUR });
    const merging = fileTurns(scratch.at('state'))([file, scratch.at('shared/b.md')]).then((giveBack) => {
      order.push('the merge has its turns');
      return giveBack;
    });
    await Promise.race([joined, merging]);
    order.push('the call gives its turn back');
    turns.giveBack('a');
    (await merging)();
    expect(order).toEqual(['the merge waits', 'the call gives its turn back', 'the merge has its turns']);
    expect(lockFiles(scratch)).toEqual([]);
  });
});

test('a service that ends waits for the answers that have begun', async () => {
  const scratch = createScratch();
  const order: string[] = [];
  const events = new EventEmitter();
  const close = await serve(scratch.at('one'), {
    queue: queueOf(() => false),
    answer: async () => {
      events.emit('begun');
      await once(events, 'go on');
      order.push('the answer is complete');
      return undefined;
    },
  });
  const begun = once(events, 'begun');
  const asked = request({ socketPath: scratch.at('one'), method: 'POST' });
  asked.on('error', () => {});
  asked.end('an event');
  await begun;
  const closed = close().then(() => order.push('the service has ended'));
  await new Promise((resolve) => setImmediate(resolve));
  events.emit('go on');
  await closed;
  expect(order).toEqual(['the answer is complete', 'the service has ended']);
});

const holder = `
  import { serve } from ${JSON.stringify(new URL('../../../../src/sync/turns/server.ts', import.meta.url).href)};
  import { turnsOf } from ${JSON.stringify(new URL('../../../../src/sync/turns/turns.ts', import.meta.url).href)};
  const [stateDir, socket, lease] = process.argv.slice(1);
  const { turns, queue } = turnsOf({ stateDir, socket });
  await serve(socket, { answer: async () => undefined, queue });
  await turns.take({ call: 'a', files: ['/shared/a.md'], lease: Number(lease) });
  console.log('held');
  setInterval(() => turns.since('a') === undefined && console.log('given back'), 10);
`;

async function startHolder(scratch: Scratch, lease: number): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      import.meta.resolve('tsx'),
      '--input-type=module',
      '-e',
      holder,
      '--',
      scratch.at('state'),
      scratch.at('holder'),
      String(lease),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  await once(child.stdout ?? child, 'data');
  return child;
}

describe('a holder in another process', () => {
  test('that is killed leaves its turn to the next call within a second, also after its lease', async () => {
    const scratch = createScratch();
    const child = await startHolder(scratch, HOUR);
    const turns = await launcher(scratch, 'one');
    const waiting = turns.take({ call: 'b', files: ['/shared/a.md'], lease: HOUR });
    const start = monotonicNow();
    child.kill('SIGKILL');
    await waiting;
    expect(holds(turns, 'b')).toBe(true);
    expect(monotonicNow() - start).toBeLessThan(1_000);
  });

  test('that is stopped blocks other calls no longer than its lease, and takes nothing from them when it continues', async () => {
    const scratch = createScratch();
    const child = await startHolder(scratch, 300);
    child.kill('SIGSTOP');
    const [one, other] = [await launcher(scratch, 'one'), await launcher(scratch, 'other')];
    await one.take({ call: 'b', files: ['/shared/a.md'], lease: HOUR });
    expect(holds(one, 'b')).toBe(true);
    child.kill('SIGCONT');
    const killed = new AbortController();
    const waiting = other.take({ call: 'c', files: ['/shared/a.md'], lease: HOUR, signal: killed.signal });
    // Its lease timer fires as soon as it runs again.
    if (child.stdout) await once(child.stdout, 'data');
    expect([holds(one, 'b'), holds(other, 'c')]).toEqual([true, false]);
    killed.abort();
    await waiting;
  });
});

test('a launcher closes its server even if its socket cannot be removed', async () => {
  const scratch = createScratch();
  const socket = scratch.at('socket');
  const { queue } = turnsOf({ stateDir: scratch.at('state'), socket });
  const close = await serve(socket, { answer: async () => undefined, queue });
  unlinkSync(socket);
  scratch.folder('socket');
  expect(close).not.toThrow();
});

describe('taking over', () => {
  test('frees a turn only after its lease has ended, and only that of the holder that was seen', () => {
    const scratch = createScratch();
    const lockFile = scratch.at('state/turns/a');
    const early = held(tryTurn(lockFile, { socket: null, until: monotonicNow() + HOUR }));
    const seen = tryTurn(lockFile, { socket: null, until: 0 });
    if (isTurn(seen)) throw new Error('two have one turn');
    takeOver(lockFile, seen);
    expect(isTurn(tryTurn(lockFile, { socket: null, until: 0 }))).toBe(false);
    early.release();

    const late = held(tryTurn(lockFile, { socket: null, until: 0 }));
    const busy = tryTurn(lockFile, { socket: null, until: 0 });
    if (isTurn(busy)) throw new Error('two have one turn');
    takeOver(lockFile, busy);
    const next = held(tryTurn(lockFile, { socket: null, until: monotonicNow() + HOUR }));
    takeOver(lockFile, busy);
    late.release();
    expect(isTurn(tryTurn(lockFile, { socket: null, until: 0 }))).toBe(false);
    next.release();
  });
});
