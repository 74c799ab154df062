import { parse, type ParseError } from 'jsonc-parser';
import { jobsIn } from '../../client/jobs.js';
import { sharedPath } from '../../client/shared-dir.js';
import { type Manifest, readManifest } from '../../session/manifest.js';
import { type SessionPaths, sessionPaths, sessionsFolder } from '../../session/paths.js';
import { type Hindrance, type Removal, removeExpired } from '../../sync/gc/expired.js';
import { decodeText } from '../../system/content.js';
import { realFiles } from '../../system/files/real-files.js';
import { sizeBelow } from '../../system/fs/paths.js';
import { isRecord } from '../../system/json.js';
import { age } from '../../system/text.js';
import { shown } from '../shown.js';
import { attemptRemoval, type Collector, type Garbage, type GcScope, type Outcome } from './garbage.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Collects sessions that were closed longer ago than the client keeps conversations. */
export const collectSessions: Collector = (scope) =>
  realFiles.list(sessionsFolder(scope.store.stateDir)).flatMap((id) => collectOne(scope, sessionPaths(scope.store.stateDir, id)));

function collectOne(scope: GcScope, paths: SessionPaths): Garbage[] {
  let found: Found | undefined;
  let bytes = 0;
  const outcome = attemptRemoval(() => {
    found = find(paths);
    const days = found?.manifest ? retentionDays(realFiles.read(sharedPath(found.manifest.shared, 'settings.json'))) : DEFAULT_DAYS;
    const before = scope.now - (days ?? DEFAULT_DAYS) * DAY_MS;
    if (!found || found.since >= before) return undefined;
    bytes = sizeBelow(paths.root);
    const removal = removeExpired(realFiles, scope.store, paths.id, { before, dryRun: scope.dryRun || days === undefined });
    return removal && outcomeOf(removal, paths, days === undefined ? found.manifest : undefined);
  });
  return outcome ? [{ ...described(paths.id, found, scope.now), bytes, outcome }] : [];
}

interface Found {
  /** Undefined if it is lost, or was written by a newer version. */
  readonly manifest: Manifest | undefined;
  /** When the session was closed, or last changed if there is no manifest; in milliseconds since the epoch. */
  readonly since: number;
}

/** A session that is closed, or whose state is unknown. */
function find({ root, manifest: path }: SessionPaths): Found | undefined {
  const manifest = readManifest(path);
  if (manifest) return manifest.state.name === 'closed' ? { manifest, since: manifest.state.at } : undefined;
  return { manifest, since: realFiles.modifiedAt(root) ?? Infinity };
}

function described(id: string, found: Found | undefined, now: number): Pick<Garbage, 'name' | 'facts'> {
  const manifest = found?.manifest;
  const facts = {
    kind: 'session',
    id,
    branch: manifest?.branch ?? null,
    closedAt: found && manifest ? new Date(found.since).toISOString() : null,
  };
  if (!found) return { name: `session ${id}`, facts };
  const from = manifest?.branch ? ` from ${shown(manifest.branch)}` : '';
  return { name: manifest ? `session ${id}${from}, closed ${age(found.since, now)} ago` : `session ${id}, whose manifest is lost`, facts };
}

/** `unknown` is the manifest of a session whose shared dir does not say how long sessions are kept. */
function outcomeOf(removal: Removal, paths: SessionPaths, unknown: Manifest | undefined): Outcome {
  if (removal.state === 'kept') return { state: 'kept', why: WHY[removal.why](paths) };
  if (!unknown) return removal;
  return {
    state: 'kept',
    why: `how long to keep it is not known, since ${shown(sharedPath(unknown.shared, 'settings.json'))} is not valid JSON`,
  };
}

const WHY: Readonly<Record<Hindrance, (paths: SessionPaths) => string>> = {
  busy: () => 'it is being merged just now',
  'in use': () => 'something that was started in it still runs',
  jobs: ({ home }) =>
    `Claude Code would keep its background sessions, too (${jobsIn(home)
      .map(({ id }) => id)
      .join(', ')}): pclaude rm ID removes one`,
  conflict: () => 'a version in it could not be merged: pclaudectl conflicts',
  unmerged: ({ id }) => `it was changed after it was closed: pclaudectl merge ${id}`,
  notes: ({ notes, oldNotes }) =>
    `there are notes in ${shown(realFiles.kind(oldNotes) === null ? notes : oldNotes)} that cannot be merged; remove them when they are not needed`,
};

/** The client's own default. Seen in the help text of 2.1.329. */
const DEFAULT_DAYS = 30;

/**
 * How many days the client keeps conversations according to the user's settings; null means that there are none. The default applies to a
 * value that the client would not accept, which must be a whole number of at least 1. Undefined if the settings are not valid JSON, with or
 * without comments: the user's choice is then unknown.
 */
export function retentionDays(settings: Uint8Array | null): number | undefined {
  const text = settings === null ? '{}' : decodeText(settings);
  if (text === null) return undefined;
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isRecord(value)) return undefined;
  const days = value['cleanupPeriodDays'];
  return typeof days === 'number' && Number.isInteger(days) && days >= 1 ? days : DEFAULT_DAYS;
}
