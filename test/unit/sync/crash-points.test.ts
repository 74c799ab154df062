import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerHook } from '../../../src/hook/hook.js';
import type { Files } from '../../../src/system/files/files.js';
import { quickFiles } from '../../support/quick-files.js';
import { countingFiles, crashingFiles, crashPoints, tearingFiles, withMounts, withoutLinks } from '../../support/faulty-files.js';
import { syncRunning } from '../../../src/sync/sync-running.js';
import { hookOf } from '../../support/session.js';
import { someOf } from '../../support/some-of.js';
import {
  CONTRADICTION,
  COUNTER,
  type EndedSession,
  endedSession,
  EVERYTHING,
  type Outcome,
  outcomeOf,
  type Story,
} from '../../support/whole-session.js';

interface Counted {
  readonly calls: readonly (keyof Files)[];
  readonly outcome: Outcome;
}

/** The result if nothing is killed. */
async function undisturbed(story: Story): Promise<Counted> {
  const ended = endedSession(story);
  const { calls, ...counting } = countingFiles(ended.withExternalWriters(quickFiles));
  await ended.finish(counting);
  return { calls, outcome: outcomeOf(ended) };
}

/** The launcher is killed before a call; past the last call it runs to its end. */
async function killedAt(story: Story, call: number): Promise<EndedSession> {
  const ended = endedSession(story);
  await ended.finish(crashingFiles(ended.withExternalWriters(quickFiles), call)).catch(() => undefined);
  return ended;
}

async function recoveredFrom(story: Story, call: number): Promise<Counted> {
  const ended = await killedAt(story, call);
  const { calls, ...counting } = countingFiles(ended.withExternalWriters(quickFiles));
  await ended.recover(counting);
  const outcome = outcomeOf(ended);
  rmSync(ended.scratch.root, { recursive: true });
  return { calls, outcome };
}

describe('a sync that is killed before any call', () => {
  it('leaves no change missing, no change applied twice, and no temporary file, after a recovery', { timeout: 600_000 }, async () => {
    const { calls, outcome } = await undisturbed(EVERYTHING);
    expect(outcome.shared).toMatchObject({
      '.claude.json': '{"numStartups":123}',
      'settings.json': '{"a":1,"b":2}',
      'settings.json.corrupt': '{"a":1,',
    });
    expect(calls.length).toBeGreaterThan(500);
    for (const call of crashPoints(calls)) {
      const recovered = await recoveredFrom(EVERYTHING, call);
      expect(recovered.outcome, `killed before call ${call}, ${calls[call - 1]}`).toEqual(outcome);
    }
  });

  it.each([
    ['of a counter', COUNTER],
    ['of a memory that conflicts with another', CONTRADICTION],
  ])('leaves the same if its recovery is also killed before any call: %s', { timeout: 600_000 }, async (_name, story) => {
    const { calls, outcome } = await undisturbed(story);
    for (const call of crashPoints(calls)) {
      const recovery = await recoveredFrom(story, call);
      for (const again of someOf(crashPoints(recovery.calls), call)) {
        const ended = await killedAt(story, call);
        // A recovery treats an error from its session as a failure of that session.
        await ended.recover(crashingFiles(ended.withExternalWriters(quickFiles), again)).catch(() => undefined);
        await ended.recover(ended.withExternalWriters(quickFiles));
        expect(
          outcomeOf(ended),
          `killed before call ${call}, ${calls[call - 1]}, then before ${again}, ${recovery.calls[again - 1]}`,
        ).toEqual(outcome);
        rmSync(ended.scratch.root, { recursive: true });
      }
    }
  });
});

describe('a sync of a running session that is killed before any call', () => {
  it('is completed when the session has ended', { timeout: 600_000 }, async () => {
    const whole = endedSession(EVERYTHING);
    const { calls, ...counting } = countingFiles(whole.withExternalWriters(quickFiles));
    await syncRunning(counting, whole.session);
    await whole.recover(whole.withExternalWriters(quickFiles));
    const { shared } = outcomeOf(whole);
    expect(shared).toMatchObject({ '.claude.json': '{"numStartups":123}' });
    for (const call of crashPoints(calls)) {
      const ended = endedSession(EVERYTHING);
      await syncRunning(crashingFiles(ended.withExternalWriters(quickFiles), call), ended.session).catch(() => undefined);
      await ended.recover(ended.withExternalWriters(quickFiles));
      expect(outcomeOf(ended).shared, `killed before call ${call}, ${calls[call - 1]}`).toEqual(shared);
      expect(ended.scratch.read(ended.session.paths.intent)).toBeUndefined();
      rmSync(ended.scratch.root, { recursive: true });
    }
  });
});

/** Only external writers have changed anything. */
const UNCHANGED: Story = { ...EVERYTHING, ours: {}, removed: [], theirs: {}, calls: [] };

/** A call that adds a line to a memory, and the hook after it. */
async function edit(
  { scratch, session: { stateDir, paths } }: EndedSession,
  call: string,
  place: string,
  after: Files = quickFiles,
): Promise<void> {
  const file = scratch.at('shared/projects/p/memory', place);
  const originalFile = scratch.read(file) ?? '';
  // An external writer's note replaces the text.
  scratch.write(file, `others\n${originalFile}`);
  const told = { originalFile, content: `${originalFile}${call}\n` };
  const text = JSON.stringify({
    hook_event_name: 'PostToolUse',
    tool_name: 'Write',
    tool_use_id: call,
    tool_input: { file_path: file },
    tool_response: told,
  });
  await answerHook(hookOf(stateDir, paths.id), text, after);
}

/** A write that was verified twice is logged twice. */
function onceLogged(outcome: Outcome): Outcome {
  return { ...outcome, logged: [...new Set(outcome.logged)] };
}

describe('a hook that is killed after it has recorded a write', () => {
  it('is completed by the next one, or when the session has ended', async () => {
    const whole = endedSession(UNCHANGED);
    const { calls, ...counting } = countingFiles(whole.withExternalWriters(quickFiles));
    await edit(whole, 'c1', 'MEMORY.md', counting);
    await edit(whole, 'c2', 'note.md');
    await whole.finish(quickFiles);
    const outcome = outcomeOf(whole);
    expect(outcome.shared['projects/p/memory/MEMORY.md']).toContain('stranger.md');
    expect(calls.length).toBeGreaterThan(30);
    const [noted = 0, ...later] = crashPoints(calls);
    expect(calls[noted - 1]).toBe('writePrivate');
    for (const call of later) {
      const ended = endedSession(UNCHANGED);
      const external = ended.withExternalWriters(quickFiles);
      await edit(ended, 'c1', 'MEMORY.md', crashingFiles(external, call)).catch(() => undefined);
      await edit(ended, 'c2', 'note.md', external);
      await ended.finish(external);
      expect(onceLogged(outcomeOf(ended)), `killed before call ${call}, ${calls[call - 1]}`).toEqual(onceLogged(outcome));
      rmSync(ended.scratch.root, { recursive: true });
    }
  });
});

const ALONE: Story = { ...EVERYTHING, externalWrites: {} };
const MOUNTED = ['.claude.json', 'settings.json', 'keybindings.json'].map((name) => `/shared/${name}`);

function mounting(files: Files): Files {
  return withMounts(files, (path) => MOUNTED.some((end) => path.endsWith(end)));
}

const POOR_DISKS: readonly (readonly [name: string, story: Story, disk: (files: Files) => Files])[] = [
  ['all kinds of files, on some of which something is mounted', ALONE, mounting],
  ['a counter that an external writer also increases, in a file on which something is mounted', COUNTER, mounting],
  ['all kinds of files on a disk that can neither exchange nor link', ALONE, withoutLinks],
];

describe.each(POOR_DISKS)('a sync of %s', (_name, story, disk) => {
  it('has the same outcome as any other', async () => {
    const [usual, poor] = [endedSession(story), endedSession(story)];
    await usual.finish(usual.withExternalWriters(quickFiles));
    await poor.finish(poor.withExternalWriters(disk(quickFiles)));
    expect(outcomeOf(poor)).toEqual(outcomeOf(usual));
  });

  it('leaves no change missing, no change applied twice, and no temporary file, if it is killed before any call and then recovered', {
    timeout: 600_000,
  }, async () => {
    const whole = endedSession(story);
    const { calls, ...counting } = countingFiles(quickFiles);
    await whole.finish(whole.withExternalWriters(disk(counting)));
    const outcome = outcomeOf(whole);
    for (const call of someOf(crashPoints(calls))) {
      const ended = endedSession(story);
      await ended.finish(ended.withExternalWriters(disk(crashingFiles(quickFiles, call)))).catch(() => undefined);
      await ended.recover(ended.withExternalWriters(disk(quickFiles)));
      expect(outcomeOf(ended), `killed before call ${call}, ${calls[call - 1]}`).toEqual(outcome);
      rmSync(ended.scratch.root, { recursive: true });
    }
  });
});

describe('a write in place that is killed in the middle', () => {
  it('is completed by the next sync', async () => {
    const whole = endedSession(EVERYTHING);
    const { calls, ...counting } = countingFiles(quickFiles);
    await whole.finish(whole.withExternalWriters(mounting(counting)));
    const outcome = outcomeOf(whole);
    const writes = calls.filter((call) => call === 'overwrite').length;
    expect(writes).toBe(5);
    for (let nth = 1; nth <= writes; nth++) {
      const ended = endedSession(EVERYTHING);
      await ended.finish(ended.withExternalWriters(mounting(tearingFiles(quickFiles, nth)))).catch(() => undefined);
      await ended.recover(ended.withExternalWriters(mounting(quickFiles)));
      expect(outcomeOf(ended), `killed in write ${nth}`).toEqual(outcome);
      rmSync(ended.scratch.root, { recursive: true });
    }
  });
});
