import { expect } from 'vitest';
import { projectSlug } from '../../src/client/shared-dir.js';
import { logFolder } from '../../src/session/paths.js';
import { recoverAll } from '../../src/sync/close/recover-all.js';
import { readJournal } from '../../src/sync/journal.js';
import { readLog } from '../../src/sync/log/log.js';
import type { Files } from '../../src/system/files/files.js';
import { realFiles } from '../../src/system/files/real-files.js';
import { mergeAndClose } from './close.js';
import { quickFiles } from './quick-files.js';
import { createScratch, type Scratch } from './scratch.js';
import { layout, openSession, type OpenSession } from './session.js';
import { leaveUnverified } from './unverified.js';

/** The shared files when the session begins, the changes that it leaves in its home, and the shared files when it ends. */
export interface Story {
  readonly start: Readonly<Record<string, string>>;
  readonly ours: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
  readonly theirs: Readonly<Record<string, string>>;
  /** Memory that tools of the session wrote, in writes that are not verified yet. */
  readonly calls: readonly (readonly [id: string, place: string, text: string])[];
  /** The text that an external writer writes just before pclaude's version of a file replaces it. */
  readonly externalWrites: Readonly<Record<string, string>>;
}

/** A session that differs from the shared dir in every possible way. */
export const EVERYTHING: Story = {
  start: {
    'settings.json': '{"a":1}',
    'keybindings.json': '{"x":"one"}',
    '.claude.json': '{"numStartups":10}',
    'plans/changed.md': 'one\ntwo\nthree\n',
    'plans/removed.md': 'gone soon\n',
    'agent-memory/reviewer/MEMORY.md': '# Reviewer\n',
    'projects/p/memory/MEMORY.md': '# Memory\n- [note](note.md)\n',
    'projects/p/memory/note.md': 'one\ntwo\nthree\n',
    'projects/p/memory/both.md': 'one\n',
  },
  ours: {
    'settings.json': '{"a":1,"b":2}',
    'keybindings.json': '{"x":"one","y":"two"}',
    '.claude.json': '{"numStartups":13}',
    'plans/changed.md': 'ONE\ntwo\nthree\n',
    'plans/new/made.md': 'made\n',
    'agent-memory/reviewer/MEMORY.md': '# Reviewer\n- [ours](ours.md)\n',
  },
  removed: ['plans/removed.md'],
  theirs: {
    'settings.json': '{"a":1,',
    'keybindings.json': '{"x":"one","z":"three"}',
    '.claude.json': '{"numStartups":20}',
    'plans/changed.md': 'one\ntwo\nTHREE\n',
    'agent-memory/reviewer/MEMORY.md': '# Reviewer\n- [theirs](theirs.md)\n',
    'projects/p/memory/MEMORY.md': '# Memory\n- [note](note.md)\n- [theirs](theirs.md)\n',
    'projects/p/memory/note.md': 'one\ntwo\nTHREE\n',
    'projects/p/memory/both.md': 'theirs\n',
  },
  calls: [
    ['c1', 'note.md', 'ONE\ntwo\nthree\n'],
    ['c2', 'MEMORY.md', '# Memory\n- [note](note.md)\n- [ours](ours.md)\n'],
    ['c3', 'ours.md', 'ours\n'],
    ['c4', 'both.md', 'ours\n'],
  ],
  externalWrites: {
    '.claude.json': '{"numStartups":120}',
    'keybindings.json': '{"x":"one","z":"three","s":"stranger"}',
    'projects/p/memory/MEMORY.md': '# Memory\n- [note](note.md)\n- [theirs](theirs.md)\n- [stranger](stranger.md)\n',
  },
};

const NOTHING: Story = { start: {}, ours: {}, removed: [], theirs: {}, calls: [], externalWrites: {} };

/** One file with a counter that each side increases, including an external writer at the last moment. */
export const COUNTER: Story = {
  ...NOTHING,
  start: { '.claude.json': '{"numStartups":10}' },
  ours: { '.claude.json': '{"numStartups":13}' },
  theirs: { '.claude.json': '{"numStartups":20}' },
  externalWrites: { '.claude.json': '{"numStartups":120}' },
};

/** One memory of which both versions are kept, and the line in the index that points to the copy. */
export const CONTRADICTION: Story = {
  ...NOTHING,
  start: { 'projects/p/memory/both.md': 'one\n' },
  theirs: { 'projects/p/memory/both.md': 'theirs\n' },
  calls: [['c1', 'both.md', 'ours\n']],
};

/** A session whose launcher and client have exited, and of which nothing is merged yet. */
export interface EndedSession {
  readonly scratch: Scratch;
  readonly session: OpenSession;
  readonly finish: (files: Files) => Promise<void>;
  readonly recover: (files?: Files) => Promise<void>;
  /** Files on which the external writers act at the last moment: once each, whichever process merges. */
  readonly withExternalWriters: (files: Files) => Files;
  /** The files into which an external writer has written. */
  readonly written: ReadonlySet<string>;
}

export function endedSession(story: Story): EndedSession {
  const scratch = createScratch();
  for (const [path, text] of Object.entries(story.start)) scratch.write(`shared/${path}`, text);
  const session = openSession(scratch, 'one');
  const { stateDir, paths, manifest } = session;
  for (const [id, place, text] of story.calls) leaveUnverified(scratch, session, id, place, text);
  for (const [path, text] of Object.entries(story.ours)) scratch.write(`${paths.home}/${path}`, text);
  for (const path of story.removed) realFiles.remove(`${paths.home}/${path}`);
  for (const [path, text] of Object.entries(story.theirs)) scratch.write(`shared/${path}`, text);
  session.lock.release();

  const written = new Set<string>();
  return {
    scratch,
    session,
    written,
    withExternalWriters: (files) => ({
      ...files,
      exchange(other, path) {
        const place = path.slice(scratch.at('shared').length + 1);
        const text = story.externalWrites[place];
        if (text !== undefined && !written.has(place)) {
          scratch.write(path, text);
          written.add(place);
        }
        files.exchange(other, path);
      },
    }),
    finish: async (files) => void (await mergeAndClose({ stateDir, paths, manifest, layout }, files)),
    recover: async (files = quickFiles) => void (await recoverAll(files, { stateDir, layout })),
  };
}

/** The result of a session, without parts that differ from run to run. */
export interface Outcome {
  readonly shared: Readonly<Record<string, string>>;
  /** The names in the state dir. */
  readonly kept: readonly string[];
  readonly told: readonly string[];
  readonly logged: readonly string[];
}

export function outcomeOf({ scratch, session: { stateDir, paths, manifest } }: EndedSession): Outcome {
  expect(scratch.temporaries()).toEqual([]);
  const shared = Object.entries(scratch.tree('shared')).map(([path, text]) => [path.replace(/\.corrupt\..*/, '.corrupt'), text] as const);
  const told = new Map(readJournal(realFiles, paths).map(({ path, outcome }) => [path, outcome]));
  const log = [...readLog(realFiles, logFolder(stateDir, manifest.shared.dir))];
  return {
    shared: Object.fromEntries(shared),
    kept: Object.keys(scratch.tree('state'))
      .map((path) => path.replaceAll(projectSlug(scratch.root), ''))
      .toSorted(),
    told: [...told].map((entry) => entry.join(' ')).toSorted(),
    logged: [...log].flatMap(({ files }) => files.map(({ place, outcome }) => `${place} ${outcome}`)).toSorted(),
  };
}
