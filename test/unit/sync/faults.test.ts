import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/session/manifest.js';
import type { Files } from '../../../src/system/files/files.js';
import { quickFiles } from '../../support/quick-files.js';
import { brokenFiles, countingFiles, crashPoints, failingFiles, watched } from '../../support/faulty-files.js';
import { someOf } from '../../support/some-of.js';
import { type EndedSession, endedSession, EVERYTHING, outcomeOf, type Outcome, type Story } from '../../support/whole-session.js';

/** A sync treats these errors alike, so one of them for each call is enough. */
const ERRORS = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE', 'EROFS'] as const;
const ALONE: Story = { ...EVERYTHING, externalWrites: {} };
const INDEX = 'projects/p/memory/MEMORY.md';

interface Whole {
  readonly calls: readonly (keyof Files)[];
  readonly outcome: Outcome;
  /** The contents that each shared file had at some time. */
  readonly states: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Every call succeeds. */
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

/** Ends the session while calls fail, and returns the error. The session can be closed again. */
async function end(ended: EndedSession, files: Files): Promise<string | undefined> {
  const error = await ended.finish(files).then(() => undefined, String);
  const open = readManifest(ended.session.paths.manifest)?.state.name === 'open';
  // If a call failed after the session was closed, the next run cleans up: the mark stays.
  expect(error === undefined || open || ended.scratch.read(ended.session.paths.openMark) !== undefined).toBe(true);
  return error;
}

/** Each shared file has a content that it has in a merge without errors, or does not exist yet. */
function expectWhole(ended: EndedSession, { states }: Whole, when: string): void {
  for (const [path, text] of sharedFiles(ended)) {
    const known = [...(states.get(path) ?? [])];
    // The index gets its lines in several merges, each of which may fail alone.
    const lines = new Set(known.flatMap((state) => state.split('\n')));
    const isWhole = path === INDEX ? text.endsWith('\n') && text.split('\n').every((line) => lines.has(line)) : known.includes(text);
    expect(isWhole, `${path}: ${text} ${when}`).toBe(true);
  }
}

/** The result once the calls succeed again. */
async function merged(ended: EndedSession): Promise<Outcome> {
  await ended.recover(ended.withExternalWriters(quickFiles));
  const outcome = outcomeOf(ended);
  rmSync(ended.scratch.root, { recursive: true });
  return sorted(outcome);
}

/** The order of the lines in the index does not matter. */
function sorted({ shared, ...others }: Outcome): Outcome {
  return { ...others, shared: { ...shared, [INDEX]: shared[INDEX]?.split('\n').toSorted().join('\n') ?? '' } };
}

function errorFor(call: number): string {
  return ERRORS[call % ERRORS.length] ?? ERRORS[0];
}

describe('a sync in which calls fail', { timeout: 600_000 }, () => {
  it('any one call: shared files are old or new, the session is merged once the call succeeds, and nothing counts twice', async () => {
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
    // Some calls read what the sync does not need.
    expect(told.filter((text) => text.includes('made by a test')).length).toBeGreaterThan(tried.size * 0.9);
  });

  it('any one call that changes something, while external writers write at the last moment: the same', async () => {
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
