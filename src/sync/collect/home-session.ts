import type { SharedDir } from '../../client/shared-dir.js';

/** A session's home, and where each of its names belongs. */
export interface HomeSession {
  readonly id: string;
  readonly branch: string | null;
  readonly shared: SharedDir;
  readonly home: string;
  readonly homeBase: string;
  /** Where it is remembered what came into the home. */
  readonly replaced: string;
  /** Whether what is missing in the home may have been removed by the session. */
  readonly intact: boolean;
}
