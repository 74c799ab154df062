import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

/** The folders of all sessions, closed ones included. */
export async function sessionFolders(stateDir: string): Promise<string[]> {
  const folder = join(stateDir, 'sessions');
  return (await readdir(folder)).map((name) => join(folder, name));
}

/** What the manifests of all sessions say, in order of the alphabet: `closed` when all was merged, else `open`. */
export async function sessionStates(stateDir: string): Promise<string[]> {
  const texts = (await sessionFolders(stateDir)).map(async (folder) => readFile(join(folder, 'session.json'), 'utf8'));
  return (await Promise.all(texts)).map((text) => v.parse(manifest, JSON.parse(text)).state.name).toSorted();
}

/** The paths of everything below a folder; links are not followed. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map((entry) => join(entry.parentPath, entry.name)).toSorted();
}

/**
 * Changes with every write to what we keep of a session, even one of the same content. Its home is left out: there a
 * client that lives writes when it likes.
 */
export async function fingerprint(session: string): Promise<string[]> {
  const home = join(session, '.claude');
  const files = (await filesBelow(session)).filter((path) => path !== home && !path.startsWith(`${home}/`));
  return Promise.all(
    files.map(async (path) => {
      const { ino, mtimeMs, size } = await lstat(path);
      return `${path} ${ino} ${mtimeMs} ${size}`;
    }),
  );
}

const manifest = v.object({ state: v.object({ name: v.string() }) });
