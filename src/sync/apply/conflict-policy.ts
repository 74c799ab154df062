import type { Layout } from '../../config/layout.js';
import { isSecret } from '../../config/match.js';
import type { ConflictPolicy } from '../change.js';

/** Whose version a conflict copy is. */
interface Owner {
  /** Of the session. */
  readonly id: string;
  readonly branch: string | null;
}

/** For a file that may have a second version beside it. */
export function keepingCopy({ id, branch }: Owner): ConflictPolicy {
  return { keep: 'copy', branch: branch ?? 'detached', id };
}

/** For any file, by its path in the shared dir. */
export function conflictPolicy(layout: Layout, place: string, owner: Owner): ConflictPolicy {
  return isSecret(layout, place) ? { keep: 'session' } : keepingCopy(owner);
}
