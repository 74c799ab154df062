import type { Manifest } from '../../session/manifest.js';

/** The owner of a claim. The claim ends with its holder. */
export type Holder =
  | { readonly kind: 'session'; readonly id: Manifest['id']; readonly branch: Manifest['branch'] }
  /** With the pid, `start` identifies the process for good; see `processStart`. */
  | { readonly kind: 'process'; readonly pid: number; readonly start: string };

export interface Claim {
  /** The real path of a file or a folder, which need not exist. A claim on a folder includes everything below it. */
  readonly path: string;
  /** In milliseconds since the epoch. */
  readonly since: number;
}

/** All claims of one holder. They are in one file, so that several paths are claimed atomically. */
export interface Lease {
  readonly version: 1;
  readonly holder: Holder;
  readonly claims: readonly Claim[];
}

/** One claim with its holder. */
export interface HeldClaim extends Claim {
  readonly holder: Holder;
}

/** Returns a key that identifies the holder, and names the file of its lease. */
export function keyOf(holder: Holder): string {
  // On macOS the start contains spaces and colons.
  return holder.kind === 'session' ? `session-${holder.id}` : `process-${holder.pid}-${holder.start.replaceAll(/\W+/g, '-')}`;
}
