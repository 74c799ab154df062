import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { loadLayout } from '../../src/config/layout.js';
import { driverFor } from '../../src/merge/driver-for.js';
import { merge } from '../../src/merge/merge.js';
import { createSession } from '../../src/session/create.js';
import type { Manifest } from '../../src/session/manifest.js';
import { sessionPaths } from '../../src/session/paths.js';
import { closeSession } from '../../src/sync/close/close.js';
import { realFiles } from '../../src/system/files/real-files.js';

// Run by the timer with its stages: prepares, reports `start`, waits for a line, merges as often as asked, and reports `end`. The result is
// written for the one that started it.
const [kind = '', folder = '', times = '1'] = process.argv.slice(2);

const act = kind === 'sync' ? sync(folder) : mergeFiles(kind, folder);
process.stdin.once('data', () => void play());
writeSync(1, 'start\n');

async function play(): Promise<void> {
  let result: Uint8Array | undefined;
  for (let done = 0; done < Number(times); done++) result = await act();
  writeSync(1, 'end\n');
  if (result) writeFileSync(join(folder, 'result'), result);
  process.exit(0);
}

/** Merges the three files of the folder. Throws if the outcome is not a whole new content. */
function mergeFiles(name: string, from: string): () => Promise<Uint8Array> {
  const read = (version: string): Uint8Array => readFileSync(join(from, version));
  const versions = { base: read('base'), ours: read('ours'), theirs: read('theirs') };
  return async () => {
    const { base, ours, theirs } = versions;
    const merged = merge(versions, driverFor(loadLayout({}).drivers, name, base, ours, theirs));
    if (merged.outcome === 'conflict') return ours;
    if (merged.outcome !== 'write') throw new Error(`the outcome is ${merged.outcome}`);
    return merged.content;
  };
}

/** The last sync of a session. The folder has the shared dir, and in `changes` what the session writes over the copies in its home. */
function sync(place: string): () => Promise<undefined> {
  const shared = { dir: join(place, 'shared'), stateFile: join(place, 'shared', '.claude.json'), userValue: join(place, 'shared') };
  const [stateDir, id, layout] = [join(place, 'state'), 'one', loadLayout({})];
  const paths = sessionPaths(stateDir, id);
  const manifest: Manifest = {
    version: 1,
    id,
    pid: process.pid,
    startedAt: 0,
    cwd: place,
    branch: 'main',
    repository: null,
    slot: null,
    shared,
    memoryFolder: null,
    sync: 'continuous',
    state: { name: 'open' },
  };
  createSession({ stateDir, paths, manifest, layout, settings: {} }).release();
  for (const [side, dir] of [
    ['ours', paths.home],
    ['theirs', shared.dir],
  ] as const) {
    const changed: unknown = JSON.parse(readFileSync(join(place, `${side}.json`), 'utf8'));
    for (const [path, text] of Object.entries(changed ?? {})) writeFileSync(join(dir, path), String(text));
  }
  return async () => {
    await closeSession(realFiles, { stateDir, paths, manifest, layout }, { isInUse: false });
    return undefined;
  };
}
