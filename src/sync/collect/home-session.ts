import type { SharedDir } from '../../client/shared-dir.js';

/** A session's home, and where each of its names belongs. */
export interface HomeSession {
  readonly id: string;
  readonly branch: string | null;
  readonly shared: SharedDir;
  readonly home: string;
  readonly homeBase: string;
  /** The file that remembers what came into the home. */
  readonly replaced: string;
  /** Whether the session itself may have removed what is missing in the home, see `isHomeComplete`. */
  readonly intact: boolean;
}
