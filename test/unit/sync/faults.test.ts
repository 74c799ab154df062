import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/session/manifest.js';
import type { Files } from '../../../src/system/files/files.js';
import { quickFiles } from '../../support/quick-files.js';
import { brokenFiles, countingFiles, crashPoints, failingFiles, watched } from '../../support/faulty-files.js';
import { someOf } from '../../support/some-of.js';
import { type EndedSession, endedSession, EVERYTHING, outcomeOf, type Outcome, type Story } from '../../support/whole-session.js';

/** Nothing in a sync takes one of these for another, so each call meets one of them. */
const ERRORS = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE', 'EROFS'] as const;
const ALONE: Story = { ...EVERYTHING, externalWrites: {} };
const INDEX = 'projects/p/memory/MEMORY.md';

interface Whole {
  readonly calls: readonly (keyof Files)[];
  readonly outcome: Outcome;
  /** What each shared file held at some time. */
  readonly states: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Everything goes well. */
async function undisturbed(story: Story): Promise<Whole> {
  const ended = endedSession(story);
  const states = new Map<string, Set<string>>();
  const look = (): void => {
    for (const [path, text] of sharedFiles(ended)) states.set(path, (states.get(path) ?? new Set()).add(text));
  };
  const { calls, ...counting } = countingFiles(watched(ended.withExternalWriters(quickFiles), look));
  await ended.finish(counting);
  look();
  return { calls, outcome: outcomeOf(ended), states };
}

function sharedFiles({ scratch }: EndedSession): [path: string, text: string][] {
  return Object.entries(scratch.tree('shared'))
    .filter(([, text]) => text !== 'folder')
    .map(([path, text]) => [path.replace(/\.corrupt\..*/, '.corrupt'), text]);
}

/** The end of a session, while something fails: what it says of it, and that it may be tried again. */
async function end(ended: EndedSession, files: Files): Promise<string | undefined> {
  const error = await ended.finish(files).then(() => undefined, String);
  const open = readManifest(ended.session.paths.manifest)?.state.name === 'open';
  // What failed after the session was closed is tidied the next time: the mark stands.
  expect(error === undefined || open || ended.scratch.read(ended.session.paths.openMark) !== undefined).toBe(true);
  return error;
}

/** Each shared file is one that it is in a merge that goes well, or is not there yet. */
function expectWhole(ended: EndedSession, { states }: Whole, when: string): void {
  for (const [path, text] of sharedFiles(ended)) {
    const known = [...(states.get(path) ?? [])];
    // Lines come into the index by several merges, each of which may fail alone.
    const lines = new Set(known.flatMap((state) => state.split('\n')));
    const isWhole = path === INDEX ? text.endsWith('\n') && text.split('\n').every((line) => lines.has(line)) : known.includes(text);
    expect(isWhole, `${path}: ${text} ${when}`).toBe(true);
  }
}

/** What has come of it once the fault is gone. */
async function merged(ended: EndedSession): Promise<Outcome> {
  await ended.recover(ended.withExternalWriters(quickFiles));
  const outcome = outcomeOf(ended);
  rmSync(ended.scratch.root, { recursive: true });
  return sorted(outcome);
}

/** In which order lines come into the index, matters to nobody. */
function sorted({ shared, ...others }: Outcome): Outcome {
  return { ...others, shared: { ...shared, [INDEX]: shared[INDEX]?.split('\n').toSorted().join('\n') ?? '' } };
}

function errorFor(call: number): string {
  return ERRORS[call % ERRORS.length] ?? ERRORS[0];
}

describe('a sync in which something fails', { timeout: 600_000 }, () => {
  it('any one call: shared files are old or new, the session is merged when the fault is gone, and nothing counts twice', async () => {
    const whole = await undisturbed(ALONE);
    const told: string[] = [];
    const tried = new Set([
      ...crashPoints(whole.calls).filter((call) => call <= whole.calls.length),
      ...someOf(whole.calls.map((_, index) => index + 1)),
    ]);
    for (const call of tried) {
      const [error, when] = [errorFor(call), `after call ${call}, ${whole.calls[call - 1]}`];
      const ended = endedSession(ALONE);
      told.push((await end(ended, failingFiles(quickFiles, { call, error }))) ?? '');
      expectWhole(ended, whole, when);
      expect(await merged(ended), `merged ${when}`).toEqual(sorted(whole.outcome));
    }
    // Some look at what they need not know.
    expect(told.filter((text) => text.includes('made by a test')).length).toBeGreaterThan(tried.size * 0.9);
  });

  it('any one call that changes something, and strangers write in the last moment: the same', async () => {
    const whole = await undisturbed(EVERYTHING);
    for (const call of crashPoints(whole.calls)) {
      const ended = endedSession(EVERYTHING);
      await end(ended, failingFiles(ended.withExternalWriters(quickFiles), { call, error: errorFor(call) }));
      expect(await merged(ended), `after call ${call}, ${whole.calls[call - 1]}`).toEqual(sorted(whole.outcome));
    }
  });

  it.each(ERRORS)('all calls of a kind, with %s: the same', async (error) => {
    const whole = await undisturbed(ALONE);
    for (const call of new Set(whole.calls)) {
      const all = whole.calls.filter((other) => other === call).length;
      for (const from of new Set([1, Math.ceil(all / 2)])) {
        const ended = endedSession(ALONE);
        expect(await end(ended, brokenFiles(quickFiles, { call, from, error })), `all of ${call}`).toContain(error);
        expectWhole(ended, whole, `from ${from} of ${call}`);
        expect(await merged(ended), `from ${from} of ${call}`).toEqual(sorted(whole.outcome));
      }
    }
  });
});
