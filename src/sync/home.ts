import { join } from 'node:path';
import type { Layout } from '../layout/layout.js';
import { ruleFor } from '../layout/match.js';
import { type SharedDir, sharedPath, STATE_FILE } from '../layout/shared-dir.js';
import { type Driver, driverFor } from '../merge/merge.js';
import type { Files } from './files.js';
import { type ConflictPolicy, push, type Pushed } from './push.js';
import { carryLink, pushTree } from './tree.js';

/** A session's home, and where each of its names belongs. */
export interface HomeSession {
  readonly id: string;
  readonly branch: string | null;
  readonly shared: SharedDir;
  readonly home: string;
  readonly homeBase: string;
}

export type HomeResult = readonly [path: string, pushed: Pushed];

/** They hold tokens and keys, so no second version of them is left lying about. */
const SECRET = new Set([STATE_FILE, '.config.json', 'settings.json', '.credentials.json']);

/** Names in a home that a session changed or made, and that are shared. The client's state file comes last. */
export function changedNames(files: Files, session: HomeSession, layout: Layout): string[] {
  const names = files.list(session.home).filter((name) => isShared(files, session, layout, name));
  return [...names.filter((name) => name !== STATE_FILE), ...names.filter((name) => name === STATE_FILE)];
}

/**
 * Merges one name of a home into the shared dir. The caller holds the lock of the shared dir, and for the state file
 * the client's lock as well. Something that the session made and nobody else has is copied as it is.
 */
export function pushName(files: Files, session: HomeSession, layout: Layout, name: string): HomeResult[] {
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
  const change = { target, base: files.read(base), ours: files.read(ours) };
  if (change.ours === null) return [];
  const driver = jsonDriver(files, layout, name, change);
  const pushed = push(files, change, driver === undefined ? { conflict } : { driver, conflict });
  // What was merged is what the next merge starts from: counters would count again.
  files.makeFolder(session.homeBase);
  files.rename(files.writeTemporary(base, change.ours, 0o600), base);
  return [[name, pushed]];
}

function isShared(files: Files, session: HomeSession, layout: Layout, name: string): boolean {
  const path = join(session.home, name);
  const kind = files.kind(path);
  if (kind === 'link') return files.linkTarget(path) !== sharedPath(session.shared, name);
  if (kind !== 'file' && kind !== 'folder') return false;
  if (ruleFor(layout, name, kind).policy === 'private') return false;
  if (kind === 'folder') return true;
  const [ours, base] = [files.read(path), files.read(join(session.homeBase, name))];
  return ours !== null && (base === null || Buffer.compare(ours, base) !== 0);
}

/** The rules by which the layout says that a JSON file is merged; undefined for other files, and for one that does not parse. */
function jsonDriver(files: Files, layout: Layout, name: string, change: { target: string; base: Uint8Array | null; ours: Uint8Array | null }): Driver | undefined {
  const rule = ruleFor(layout, name, 'file');
  const rules = rule.policy === 'merge' && rule.json !== undefined ? layout.json[rule.json] : undefined;
  if (rules === undefined) return undefined;
  const chosen = driverFor(name, change.base, change.ours, files.read(change.target));
  return chosen.kind === 'json' ? { kind: 'json', rules } : undefined;
}
