import type { Manifest } from '../../session/manifest.js';

/** Who has a claim. It ends with them. */
export type Holder =
  | { readonly kind: 'session'; readonly id: Manifest['id']; readonly branch: Manifest['branch'] }
  /** `start`: with the pid it names a process for good, see `processStart`. */
  | { readonly kind: 'process'; readonly pid: number; readonly start: string };

export interface Claim {
  /** The real path of a file or a folder, which need not exist. A folder is claimed with all that is below it. */
  readonly path: string;
  /** In milliseconds since the epoch. */
  readonly since: number;
}

/** All claims of one holder. They are kept in one file, so that a claim on several paths is made as a whole. */
export interface Lease {
  readonly version: 1;
  readonly holder: Holder;
  readonly claims: readonly Claim[];
}

/** One claim, and whose it is. */
export interface HeldClaim extends Claim {
  readonly holder: Holder;
}

/** Names the file of a lease, and tells holders apart. */
export function keyOf(holder: Holder): string {
  // On macOS a start has blanks and colons.
  return holder.kind === 'session' ? `session-${holder.id}` : `process-${holder.pid}-${holder.start.replaceAll(/\W+/g, '-')}`;
}
