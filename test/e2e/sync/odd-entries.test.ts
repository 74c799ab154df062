import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/session/manifest.js';
import { recoverSession, dryRunRecovery } from '../../../src/sync/close/recover-session.js';
import { hindranceOf, removeExpired } from '../../../src/sync/gc/expired.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { listenOn, oddName } from '../../support/odd-files.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { openSession, type OpenSession } from '../../support/session.js';

const ID = '0123456789';

type Make = (ours: string, shared: string) => unknown;

function replace(path: string, make: () => unknown): unknown {
  rmSync(path, { recursive: true, force: true });
  return make();
}

const pipe = (path: string): unknown => execFileSync('mkfifo', [path]);

/** Entries that a session may leave in a folder of its home, and that a merge handles without a message. */
const QUIET: readonly (readonly [what: string, make: Make])[] = [
  ['a pipe', (ours) => pipe(`${ours}/pipe`)],
  ['a socket', async (ours) => listenOn(`${ours}/socket`)],
  ['a new link', (ours) => symlinkSync('/nowhere', `${ours}/l`)],
  ['a relative link', (ours) => symlinkSync('p.md', `${ours}/l`)],
  [
    'a link that the shared dir now has as well',
    (ours, shared) => (symlinkSync('/nowhere', `${ours}/l`), symlinkSync('/nowhere', `${shared}/l`)),
  ],
  ['a link that now leads elsewhere', (ours) => replace(`${ours}/link`, () => symlinkSync('/elsewhere', `${ours}/link`))],
  ['nested empty folders', (ours) => mkdirSync(`${ours}/a/b/c`, { recursive: true })],
  ['a folder with only a pipe in it', (ours) => (mkdirSync(`${ours}/a`), pipe(`${ours}/a/pipe`))],
  ['a removed folder', (ours) => rmSync(`${ours}/old`, { recursive: true, force: true })],
  ['a removed empty folder', (ours) => rmSync(`${ours}/empty`, { recursive: true, force: true })],
  ['a removed link', (ours) => rmSync(`${ours}/link`, { force: true })],
  ['most files removed', (ours) => [1, 2, 3, 4, 5, 6].map((number) => rmSync(`${ours}/n${number}.md`, { force: true }))],
  ['a file in the place of a link', (ours) => replace(`${ours}/link`, () => writeFileSync(`${ours}/link`, 'x'))],
  ['a file in the place of a folder', (ours) => replace(`${ours}/old`, () => writeFileSync(`${ours}/old`, 'x'))],
  ['a folder in the place of a file', (ours) => replace(`${ours}/p.md`, () => mkdirSync(`${ours}/p.md`))],
  [
    'a folder with a file, in the place of a file',
    (ours) => replace(`${ours}/p.md`, () => (mkdirSync(`${ours}/p.md`), writeFileSync(`${ours}/p.md/x.md`, 'x'))),
  ],
  ['a folder in the place of a link', (ours) => replace(`${ours}/link`, () => mkdirSync(`${ours}/link`))],
  ['a pipe in the place of a file', (ours) => replace(`${ours}/p.md`, () => pipe(`${ours}/p.md`))],
  ['a pipe in the place of a folder', (ours) => replace(`${ours}/old`, () => pipe(`${ours}/old`))],
  ['a pipe in the place of a link', (ours) => replace(`${ours}/link`, () => pipe(`${ours}/link`))],
];

/** Entries that each merge names, with what to do about them. */
const NAMED: readonly (readonly [what: string, make: Make, name: string])[] = [
  ['a file with a name that is not UTF-8', (ours) => writeFileSync(oddName(`${ours}/x`, '.md'), 'x'), 'x\u{FFFD}.md'],
  [
    'a folder with such a name',
    (ours) => (mkdirSync(oddName(`${ours}/x`)), writeFileSync(oddName(`${ours}/x`, '/a.md'), 'a')),
    'x\u{FFFD}',
  ],
  ['a link with such a name', (ours) => symlinkSync('/nowhere', oddName(`${ours}/x`)), 'x\u{FFFD}'],
  [
    'a link with the name of a file in the shared dir',
    (ours, shared) => (symlinkSync('/nowhere', `${ours}/l`), writeFileSync(`${shared}/l`, 'theirs')),
    'l',
  ],
  [
    'a link with the name of another link in the shared dir',
    (ours, shared) => (symlinkSync('/nowhere', `${ours}/l`), symlinkSync('/elsewhere', `${shared}/l`)),
    'l',
  ],
];

/** The memory folder of the session's project. */
const NOTES = 'projects/p/memory';

const PLACES = [
  { where: 'at the top of a home', place: '' },
  { where: 'in a merged folder', place: 'plans' },
  { where: 'in a folder of a merged folder', place: 'plans/deep' },
  { where: 'in a folder that the session made', place: 'mine/deep' },
  { where: 'in notes that are held back', place: NOTES },
] as const;

interface Left {
  readonly scratch: Scratch;
  readonly session: OpenSession;
  readonly ours: string;
  readonly shared: string;
}

/** A session that has ended and left something in a folder. */
async function leave(place: (typeof PLACES)[number]['place'], make: Make): Promise<Left> {
  const scratch = createScratch();
  const shared = scratch.folder(`shared/${place}`);
  if (place.startsWith('p')) {
    for (const name of ['p.md', 'old/q.md', 'old/r/s.md', ...[1, 2, 3, 4, 5, 6].map((number) => `n${number}.md`)])
      scratch.write(`${shared}/${name}`, 'one\n');
    scratch.link(`${shared}/link`, '/nowhere');
    scratch.folder(`${shared}/empty`);
  }
  const isHeld = place === NOTES;
  if (place === 'mine/deep') rmSync(scratch.at('shared/mine'), { recursive: true });
  const session = openSession(scratch, ID, isHeld ? { sync: 'exit' } : {});
  session.lock.release();
  const ours = isHeld ? session.paths.notes : join(session.paths.home, place);
  for (const folder of [ours, shared]) mkdirSync(folder, { recursive: true });
  await make(ours, shared);
  return { scratch, session, ours, shared };
}

/** Why a session would be kept, and reported as unmerged. */
function hindrance(session: OpenSession): string | undefined {
  const manifest = readManifest(session.paths.manifest);
  expect(manifest?.state.name).toBe('closed');
  return hindranceOf(realFiles, { ...session, manifest: manifest ?? session.manifest });
}

describe.each(PLACES)('$where', ({ place }) => {
  it.each(QUIET)('%s: the session is merged for good', async (_what, make) => {
    const { session } = await leave(place, make);
    const merged = await recoverSession(realFiles, session, ID);
    expect(merged?.state).toBe('merged');
    expect(merged).not.toMatchObject({ report: { left: expect.anything() } });
    expect(hindrance(session)).toBeUndefined();
    expect(await recoverSession(realFiles, session, ID)).toEqual({ state: 'merged', report: { memory: [], home: [] } });
  });
});

describe.each(PLACES.filter(({ place }) => place !== NOTES))('$where', ({ place }) => {
  it.each(NAMED)('%s: each merge names it, until it is moved away', async (_what, make, name) => {
    const { session, ours, scratch } = await leave(place, make);
    const left = { report: { memory: [], home: [], left: [expect.stringContaining(`${join(place, name)} is`)] } };
    expect(await dryRunRecovery(realFiles, session, ID)).toMatchObject(left);
    for (let merges = 0; merges < 2; merges++) {
      expect(await recoverSession(realFiles, session, ID)).toEqual({ state: 'merged', ...left });
      expect(hindrance(session)).toBe('unmerged');
    }
    renameSync(name.startsWith('x') ? oddName(`${ours}/x`, name.slice(2)) : `${ours}/${name}`, scratch.at('moved'));
    expect(hindrance(session)).toBeUndefined();
  });
});

it.each(NAMED)('in notes that are held back, %s: it is kept beside the link to the shared notes', async (_what, make, name) => {
  const { session, ours } = await leave(NOTES, make);
  const { oldNotes } = session.paths;
  const left = { report: { memory: [], home: [], left: [expect.stringContaining(oldNotes)] } };
  expect(await dryRunRecovery(realFiles, session, ID)).toMatchObject(left);
  expect(await recoverSession(realFiles, session, ID)).toEqual({ state: 'merged', ...left });
  expect([realFiles.kind(ours), realFiles.list(oldNotes).filter((each) => each === name)]).toEqual(['link', [name]]);
  expect(hindrance(session)).toBeUndefined();
  expect(removeExpired(realFiles, session, ID, { before: Infinity, dryRun: false })).toEqual({ state: 'kept', why: 'notes' });
  realFiles.removeFolder(oldNotes);
  expect(removeExpired(realFiles, session, ID, { before: Infinity, dryRun: true })).toEqual({ state: 'removable' });
});

describe('names that are not UTF-8', () => {
  it('do not prevent the removal of a session', async () => {
    const { session } = await leave(
      'plans',
      (ours) => (mkdirSync(oddName(`${ours}/x`)), writeFileSync(oddName(`${ours}/x`, '/a.md'), 'a')),
    );
    const closed = { ...session.manifest, state: { name: 'closed' as const, at: 1, discarded: true as const } };
    writeFileSync(session.paths.manifest, JSON.stringify(closed));
    expect(removeExpired(realFiles, session, ID, { before: 2, dryRun: false })).toEqual({ state: 'removed' });
    expect(realFiles.kind(session.paths.root)).toBeNull();
  });

  it('of shared files add nothing to a home, least of all another name', () => {
    const scratch = createScratch();
    scratch.write('shared/plans/p.md', 'p\n');
    for (const folder of ['shared', 'shared/plans']) {
      writeFileSync(oddName(scratch.at(folder, 'x'), '.md'), 'x');
      mkdirSync(oddName(scratch.at(folder, 'y')));
    }
    const session = openSession(scratch, ID);
    session.lock.release();
    expect(scratch.tree(`${session.paths.home}/plans`)).toEqual({ 'p.md': 'p\n' });
    expect(realFiles.list(session.paths.home).filter((name) => /^[xy]/.test(name))).toEqual([]);
  });

  it('are distinct from a name that contains the character with which they are shown', async () => {
    const { session, shared } = await leave('plans', (ours) => {
      writeFileSync(oddName(`${ours}/x`), 'odd');
      writeFileSync(`${ours}/x\u{FFFD}`, 'even');
    });
    expect(await recoverSession(realFiles, session, ID)).toMatchObject({
      report: { home: [['plans/x\u{FFFD}', { outcome: 'merged' }]], left: [expect.stringContaining('not valid UTF-8')] },
    });
    expect(realFiles.read(`${shared}/x\u{FFFD}`)).toEqual(Buffer.from('even'));
  });
});
