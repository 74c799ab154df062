import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it, test } from 'vitest';
import { findSharedDir, type SharedDir } from '../../../../src/client/shared-dir.js';
import { whileWriting } from '../../../../src/coordination/files/writing.js';
import { sharedLockFile } from '../../../../src/session/paths.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { createScratch } from '../../../support/scratch.js';
import { layout, openSession } from '../../../support/session.js';

/** The path and the locks while a file is written. */
async function lookWhileWriting(
  setUp: (at: (path: string) => string) => string,
  shared?: (at: (path: string) => string) => SharedDir,
): Promise<unknown> {
  const scratch = createScratch();
  const { at } = scratch;
  for (const folder of ['shared/skills', 'dotfiles', 'own/memory']) scratch.folder(folder);
  for (const file of ['dotfiles/b.md', 'shared/.claude.json', 'state.json']) scratch.write(file, '');
  scratch.link('shared/skills/b.md', at('dotfiles/b.md'));
  scratch.link('alias', at('shared'));
  const session = openSession(scratch, 'aaaaaaaaaa', { memoryFolder: at('own/memory') });
  session.lock.release();
  const context = {
    stateDir: at('state'),
    layout,
    environment: { PCLAUDE_SESSION_ID: session.paths.id },
    shared: shared?.(at) ?? findSharedDir({ CLAUDE_CONFIG_DIR: at('shared') }, '/'),
  };
  const lockFile = sharedLockFile(at('state'), at('shared'));
  mkdirSync(dirname(lockFile), { recursive: true });
  const file = setUp(at);
  return whileWriting(context, file, (writing) => {
    const free = tryKernelLock(lockFile);
    free?.release();
    return { place: writing.shared?.place, sessionsWait: free === undefined, clientWaits: existsSync(`${file}.lock`) };
  });
}

function outside(at: (path: string) => string): SharedDir {
  return { dir: at('shared'), stateFile: at('state.json'), userValue: null };
}

it.each([
  ['shared/skills/a.md', 'skills/a.md'],
  ['alias/skills/a.md', 'skills/a.md'],
  ['shared/skills/b.md', 'skills/b.md'],
  ['own/memory/note.md', 'memory/note.md'],
  ['state/sessions/aaaaaaaaaa/.claude/settings.json', 'settings.json'],
])('while %s is written no session merges', async (file, place) => {
  expect(await lookWhileWriting((at) => at(file))).toEqual({ place, sessionsWait: true, clientWaits: false });
});

it.each(['shared/.claude.json', 'state/sessions/aaaaaaaaaa/.claude/.claude.json'])(
  'while %s is written neither a session nor the client writes it',
  async (file) => {
    expect(await lookWhileWriting((at) => at(file))).toEqual({ place: '.claude.json', sessionsWait: true, clientWaits: true });
  },
);

test('while the state file outside the shared dir is written neither a session nor the client writes it', async () => {
  expect(await lookWhileWriting((at) => at('state.json'), outside)).toEqual({
    place: '.claude.json',
    sessionsWait: true,
    clientWaits: true,
  });
});

it.each(['elsewhere.md', 'shared-not/a.md'])('%s is written without blocking other writers', async (file) => {
  const made = (at: (path: string) => string): string => {
    mkdirSync(dirname(at(file)), { recursive: true });
    return at(file);
  };
  expect(await lookWhileWriting(made)).toEqual({ place: undefined, sessionsWait: false, clientWaits: false });
});

test('writers of a file take turns, and an error of the system becomes a message for users', async () => {
  const { at } = createScratch();
  const context = { stateDir: at('state'), layout, environment: {}, shared: findSharedDir({ CLAUDE_CONFIG_DIR: at('shared') }, '/') };
  let inside = 0;
  const seen = await Promise.all(Array.from({ length: 5 }, async () => whileWriting(context, at('f'), () => ++inside)));
  expect(new Set(seen)).toEqual(new Set([1, 2, 3, 4, 5]));
  const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  const fail = (): never => {
    throw full;
  };
  await expect(whileWriting(context, at('f'), fail)).rejects.toMatchObject({
    code: 'not-written',
    line: `cannot write ${at('f')}: the disk is full; it is as it was`,
  });
});
