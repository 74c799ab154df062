import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeAtomic } from '../system/fs/atomic-write.js';
import { reasonOf } from '../system/fs/fs-error.js';
import { isRecord } from '../system/json.js';

/** The first client that can keep its login outside its config dir; 2.1.143 lacks the variable. */
const FIRST_SHARING = [2, 1, 144] as const;

/** Whether a client of this version can share its login between homes. A version that cannot be parsed counts as new. */
export function sharesLogin(version: string | undefined): boolean {
  const numbers = version?.split('.').map(Number);
  if (numbers?.length !== 3 || numbers.some(Number.isNaN)) return true;
  for (const [at, first] of FIRST_SHARING.entries()) {
    const number = numbers[at] ?? 0;
    if (number !== first) return number > first;
  }
  return true;
}

/**
 * The client's version, such as `2.1.329`. The client is asked once for each installed file: the answer is cached in the state
 * dir with the file's size and time. Undefined when the client does not report a version.
 */
export async function clientVersion(client: string, stateDir: string): Promise<string | undefined> {
  const { size, mtimeMs } = statSync(client);
  const stamp = `${size}:${mtimeMs}`;
  const cache = join(stateDir, 'client-versions.json');
  const known = readCache(cache);
  const hit = known[client];
  if (hit?.stamp === stamp) return hit.version;
  const version = await askVersion(client);
  if (version !== undefined) keep(cache, { ...known, [client]: { stamp, version } });
  return version;
}

/** Saves the cache. A system error is ignored: the client is then asked again. */
function keep(path: string, cache: Cache): void {
  try {
    writeAtomic(path, Buffer.from(JSON.stringify(cache)));
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
  }
}

/** Asks the client itself, which takes some milliseconds; nothing is cached. Undefined when it does not report a version. */
export async function askVersion(client: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(client, ['--version'], { timeout: 10_000 });
    return /^\d+\.\d+\.\d+/.exec(stdout)?.[0];
  } catch {
    return undefined; // a client that fails here reports its own error when it is started
  }
}

type Cache = Readonly<Record<string, { readonly stamp: string; readonly version: string }>>;

function readCache(path: string): Cache {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isCache(value) ? value : {};
  } catch (error) {
    if (reasonOf(error) !== undefined || error instanceof SyntaxError) return {};
    throw error;
  }
}

function isCache(value: unknown): value is Cache {
  if (!isRecord(value)) return false;
  return Object.values(value).every(
    (entry) => isRecord(entry) && typeof entry['stamp'] === 'string' && typeof entry['version'] === 'string',
  );
}
