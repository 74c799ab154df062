import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

/** The folders of all sessions, closed ones included. */
export async function sessionFolders(stateDir: string): Promise<string[]> {
  const folder = join(stateDir, 'sessions');
  return (await readdir(folder)).map((name) => join(folder, name));
}

/** The states in the manifests of all sessions, in alphabetical order: `closed` if everything was merged, else `open`. */
export async function sessionStates(stateDir: string): Promise<string[]> {
  const texts = (await sessionFolders(stateDir)).map(async (folder) => readFile(join(folder, 'session.json'), 'utf8'));
  return (await Promise.all(texts)).map((text) => v.parse(manifest, JSON.parse(text)).state.name).toSorted();
}

/** The paths of everything below a folder, without following links. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map((entry) => join(entry.parentPath, entry.name)).toSorted();
}

/**
 * Changes with every write to what pclaude keeps of a session, even one of the same content. The home is left out because a running client
 * writes there at any time.
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
