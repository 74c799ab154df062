import { identityOf, type RepositoryIdentity } from '../git/identity.js';
import { findRepository } from '../git/repository.js';
import { futureRealPath } from '../platform/future-real-path.js';
import { settled } from '../platform/settled.js';
import type { Place } from './tier.js';

/** Where somebody works whose current folder this is. A folder that is gone, or closed to us, is in no repository. */
export function placeOf(cwd: string): Place {
  return { folder: futureRealPath(cwd), repository: repositoryOf(cwd) };
}

function repositoryOf(cwd: string): RepositoryIdentity | null {
  const found = settled(() => findRepository(cwd));
  return found.status === 'fulfilled' && found.value ? identityOf(found.value) : null;
}
