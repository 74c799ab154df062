import { chmodSync, existsSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sessionPaths } from '../../src/session/paths.js';
import { markShell, shellState } from '../../src/sync/calls.js';
import { type Files, realFiles } from '../../src/sync/files.js';
import { type Overlaid, overlaidTrees } from '../../src/sync/overlaid.js';
import { pushCalls } from '../../src/sync/push-calls.js';
import { pushShell } from '../../src/sync/push-shell.js';
import { resumeIfNeeded } from '../../src/sync/resume-if-needed.js';
import { throwFirst } from '../../src/platform/settled.js';
import { quickFiles } from '../scenarios/quick-files.js';
import { countingFiles, Crash, crashingFiles, crashPoints } from '../support/faulty-files.js';
import { mergerIn } from '../support/push-items.js';
import { createScratch, type Scratch } from '../support/scratch.js';
import { manifestOf } from '../support/session.js';

interface World {
  readonly scratch: Scratch;
  readonly tree: Overlaid;
  /** A path among the copies of the command. */
  readonly copy: (place: string) => string;
  readonly push: (removals?: boolean, files?: Files) => Promise<unknown>;
}

/** A shared dir with two skills, and a command for which the first is copied. */
function world(): World {
  const scratch = createScratch();
  const [, tree] = overlaidTrees({ paths: sessionPaths(scratch.at('state'), 'me'), manifest: manifestOf(scratch, 'me') });
  if (!tree) throw new Error('a session writes to the shared dir');
  const copy = (place: string): string => `${tree.copies}/call/.claude/${place}`;
  for (const place of ['skills/x/SKILL.md', 'skills/x/run.sh', 'skills/y/SKILL.md']) scratch.write(`shared/${place}`, `${place}\n`);
  for (const place of ['skills/x/SKILL.md', 'skills/x/run.sh']) {
    for (const path of [copy(place), `${tree.bases}/call/${place}`]) scratch.write(path, `${place}\n`);
  }
  const push = async (removals = true, files = realFiles): Promise<unknown> => {
    const merger = mergerIn(scratch.root);
    await resumeIfNeeded(files, merger);
    return pushShell(files, merger, tree, 'call', { removals });
  };
  return { scratch, tree, copy, push };
}

function change({ scratch, copy }: World): void {
  scratch.write(copy('skills/x/SKILL.md'), 'skills/x/SKILL.md\nours\n');
  scratch.write(copy('skills/z/SKILL.md'), 'made\n');
  rmSync(copy('skills/x/run.sh'));
  scratch.write('shared/skills/x/SKILL.md', 'theirs\nskills/x/SKILL.md\n');
}

describe('pushShell', () => {
  it('merges what was changed with what others have changed since', async () => {
    const { scratch, copy, push } = world();
    scratch.write(copy('skills/x/SKILL.md'), 'skills/x/SKILL.md\nours\n');
    scratch.write('shared/skills/x/SKILL.md', 'theirs\nskills/x/SKILL.md\n');
    await push();
    expect(scratch.read('shared/skills/x/SKILL.md')).toBe('theirs\nskills/x/SKILL.md\nours\n');
    await push();
    expect(scratch.read('shared/skills/x/SKILL.md')).toBe('theirs\nskills/x/SKILL.md\nours\n');
  });

  it('makes what was made, with its permissions, links and empty folders', async () => {
    const { scratch, copy, push } = world();
    scratch.write(copy('skills/z/run.sh'), '#!/bin/sh\n');
    chmodSync(copy('skills/z/run.sh'), 0o755);
    mkdirSync(copy('skills/z/data'));
    symlinkSync('run.sh', copy('skills/z/link'));
    await push();
    expect(statSync(scratch.at('shared/skills/z/run.sh')).mode & 0o777).toBe(0o755);
    expect(existsSync(scratch.at('shared/skills/z/data'))).toBe(true);
    expect(realFiles.linkTarget(scratch.at('shared/skills/z/link'))).toBe('run.sh');
  });

  it('removes what was removed, with the folder; but not what others have changed since, or put beside it', async () => {
    for (const theirs of [undefined, 'skills/x/SKILL.md', 'skills/x/more.md']) {
      const { scratch, copy, push } = world();
      if (theirs !== undefined) scratch.write(`shared/${theirs}`, 'theirs\n');
      rmSync(copy('skills/x'), { recursive: true });
      await push();
      expect(scratch.tree('shared')).toEqual({ 'skills/y/SKILL.md': 'skills/y/SKILL.md\n', ...(theirs !== undefined && { [theirs]: 'theirs\n' }) });
      expect(existsSync(scratch.at('shared/skills/x'))).toBe(theirs !== undefined);
    }
  });

  it('believes in no removal where it is not known that the command has come to its end', async () => {
    const { scratch, tree, copy, push } = world();
    const before = scratch.tree('shared');
    rmSync(copy('skills/x'), { recursive: true });
    await push(false);
    expect(scratch.tree('shared')).toEqual(before);
    markShell(realFiles, tree, 'call', 'foreground');
    throwFirst(await pushCalls(realFiles, mergerIn(scratch.root), tree, ['call']));
    expect(scratch.tree('shared')).toEqual(before);
  });

  it('keeps a command that works in the background for the next time', async () => {
    for (const state of ['foreground', 'background'] as const) {
      const { scratch, tree, copy } = world();
      markShell(realFiles, tree, 'call', state);
      scratch.write(copy('skills/x/SKILL.md'), 'one\n');
      throwFirst(await pushCalls(realFiles, mergerIn(scratch.root), tree, ['call']));
      expect(scratch.read('shared/skills/x/SKILL.md')).toBe('one\n');
      expect([existsSync(copy('')), shellState(realFiles, tree, 'call')]).toEqual(state === 'background' ? [true, state] : [false, undefined]);
    }
  });

  it('takes a whole file that was made from an older version for that: what came in since is no removal', async () => {
    const { scratch, tree, copy, push } = world();
    const index = '# Skills\n- [one](one.md)\n';
    for (const path of ['shared/skills/_index.md', `${tree.bases}/call/skills/_index.md`]) scratch.write(path, index);
    scratch.write(copy('skills/_index.md'), `${index}- [theirs](theirs.md)\n`);
    await push();
    // The next command finds that, but was thought of before.
    scratch.write(copy('skills/_index.md'), `${index}- [ours](ours.md)\n`);
    await push();
    expect(scratch.read('shared/skills/_index.md')?.split('\n').toSorted()).toEqual(['', '# Skills', '- [one](one.md)', '- [ours](ours.md)', '- [theirs](theirs.md)'].toSorted());
  });

  it('follows no link in the place of its own folders', async () => {
    const { scratch, tree, copy, push } = world();
    scratch.write('outside/SKILL.md', 'outside\n');
    rmSync(copy(''), { recursive: true });
    symlinkSync(scratch.at('outside'), `${tree.copies}/call/.claude`);
    const before = scratch.tree('shared');
    await push();
    expect(scratch.tree('shared')).toEqual(before);
  });

  it('does all of it once, whenever a crash comes', async () => {
    const whole = world();
    change(whole);
    const counting = countingFiles(quickFiles);
    await whole.push(true, counting);
    const outcome = whole.scratch.tree('shared');
    for (const call of crashPoints(counting.calls)) {
      const killed = world();
      change(killed);
      await killed.push(true, crashingFiles(quickFiles, call)).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      await killed.push();
      expect(killed.scratch.tree('shared'), `killed before call ${call}`).toEqual(outcome);
    }
  });
});
