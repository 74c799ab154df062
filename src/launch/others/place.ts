import { identityOf, type RepositoryIdentity } from '../../system/git/identity.js';
import { findRepository } from '../../system/git/repository.js';
import { futureRealPath } from '../../system/fs/future-real-path.js';
import { attempt } from '../../system/attempt.js';
import type { WorkingPlace } from './proximity.js';

/** Returns the place of a client with this working directory. A folder that was removed or cannot be read is in no repository. */
export function placeOf(cwd: string): WorkingPlace {
  return { folder: futureRealPath(cwd), repository: repositoryOf(cwd) };
}

function repositoryOf(cwd: string): RepositoryIdentity | null {
  const found = attempt(() => findRepository(cwd));
  return found.status === 'fulfilled' && found.value ? identityOf(found.value) : null;
}
