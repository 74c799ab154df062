import { chmodSync, rmSync } from 'node:fs';
import type { DoctorContext } from '../../src/commands/doctor/check.js';
import { findSharedDir } from '../../src/client/shared-dir.js';
import { newId } from '../../src/system/id.js';
import { type Manifest, writeManifest } from '../../src/session/manifest.js';
import { DEFAULT_BLOCKS } from '../../src/config/config.js';
import { atEnd } from './lifetime.js';
import { createScratch, type Scratch } from './scratch.js';
import { layout, openSession, type OpenSession } from './session.js';

/** The dirs of a user without any problem, with a running session and a closed one. */
export interface HealthyInstallation {
  readonly scratch: Scratch;
  readonly context: DoctorContext;
  readonly running: OpenSession;
  readonly closed: OpenSession;
  /** Makes a session whose launcher and client have ended without a merge. */
  readonly orphan: (changes?: Partial<Manifest>) => OpenSession;
}

/** A secret that must never be printed: every file that may hold secrets contains it. */
export const SECRET = 'sk-ant-never-to-be-told';

const NO_LIMITS = { sessions: undefined, freeMemoryMiB: undefined, atLimit: 'wait' } as const;

export function createHealthyInstallation(): HealthyInstallation {
  const scratch = createScratch();
  const [shared, now] = [findSharedDir({ CLAUDE_CONFIG_DIR: scratch.at('shared') }, scratch.root), Date.now()];
  scratch.write('shared/.claude.json', JSON.stringify({ key: SECRET }));
  scratch.write('shared/settings.json', JSON.stringify({ env: { TOKEN: SECRET } }));
  chmodSync(scratch.write('shared/.credentials.json', JSON.stringify({ claudeAiOauth: { accessToken: SECRET } })), 0o600);
  scratch.write('shared/skills/a/SKILL.md', 'a skill\n');
  scratch.link('shared/agents', scratch.folder('dotfiles/agents'));
  writeClient(scratch, '2.1.329');
  const open = (changes: Partial<Manifest> = {}): OpenSession => openSession(scratch, newId(), changes);
  const [running, closed] = [open(), open()];
  atEnd(() => running.lock.release());
  closed.lock.release();
  writeManifest(closed.paths.manifest, { ...closed.manifest, state: { name: 'closed', at: now } });
  rmSync(closed.paths.openMark);
  const log = { days: 30, mebibytes: 100 };
  const context: DoctorContext = {
    stateDir: scratch.at('state'),
    layout,
    environment: { CLAUDE_CONFIG_DIR: scratch.at('shared') },
    cwd: scratch.folder('project'),
    program: scratch.write('us/pclaude.js', ''),
    config: {
      claudePath: scratch.at('claude'),
      stateDir: scratch.at('state'),
      oldClient: 'plain',
      sync: 'continuous',
      layout: { rows: [], drivers: [] },
      quiet: false,
      log,
      worktree: {},
      sameDirectory: 'warn',
      limits: NO_LIMITS,
      slots: DEFAULT_BLOCKS,
    },
    shared,
    now,
  };
  const orphan = (changes: Partial<Manifest> = {}): OpenSession => {
    const session = open(changes);
    session.lock.release();
    return session;
  };
  return { scratch, context, running, closed, orphan };
}

/** Makes a client that only prints its version. */
export function writeClient(scratch: Scratch, version: string): void {
  chmodSync(scratch.write('claude', `#!/bin/sh\necho "${version} (Claude Code)"\n`), 0o755);
}
