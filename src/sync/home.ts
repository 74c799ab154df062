import { join } from 'node:path';
import type { Layout } from '../layout/layout.js';
import { ruleFor } from '../layout/match.js';
import { sharedPath, STATE_FILE } from '../layout/shared-dir.js';
import { type Driver, driverFor } from '../merge/merge.js';
import { moveBase, readPlain } from './base.js';
import type { HomeSession } from './changes.js';
import type { Files } from './files.js';
import { type ConflictPolicy, push } from './push.js';
import type { FileResult } from './report.js';
import { carryLink, pushTree } from './tree.js';

/** They hold tokens and keys, so no second version of them is left lying about. */
const SECRET = new Set([STATE_FILE, '.config.json', 'settings.json', '.credentials.json']);

/**
 * Merges one name of a home into the shared dir. The caller holds the lock of the shared dir, and for the state file
 * the client's lock as well. Something that the session made and nobody else has is copied as it is.
 */
export function pushName(files: Files, session: HomeSession, layout: Layout, name: string): FileResult[] {
  const ours = join(session.home, name);
  const base = join(session.homeBase, name);
  const target = sharedPath(session.shared, name);
  const conflict: ConflictPolicy = SECRET.has(name) ? { keep: 'session' } : { keep: 'copy', branch: session.branch ?? 'detached', id: session.id };
  const kind = files.kind(ours);
  if (kind === 'folder') return pushTree(files, { ours, base, target }, conflict);
  if (kind === 'link') {
    carryLink(files, ours, target);
    return [];
  }
  const change = { target, base: readPlain(files, base), ours: readPlain(files, ours) };
  if (change.ours === null) return [];
  const driver = jsonDriver(files, layout, name, change);
  const pushed = push(files, change, driver === undefined ? { conflict } : { driver, conflict });
  moveBase(files, base, change);
  return [[name, pushed]];
}

/** The rules by which the layout says that a JSON file is merged; undefined for other files, and for one that does not parse. */
function jsonDriver(files: Files, layout: Layout, name: string, change: { target: string; base: Uint8Array | null; ours: Uint8Array | null }): Driver | undefined {
  const rule = ruleFor(layout, name, 'file');
  const rules = rule.policy === 'merge' && rule.json !== undefined ? layout.json[rule.json] : undefined;
  if (rules === undefined) return undefined;
  const chosen = driverFor(name, change.base, change.ours, files.read(change.target));
  return chosen.kind === 'json' ? { kind: 'json', rules } : undefined;
}
