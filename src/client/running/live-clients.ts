import { readFileSync } from 'node:fs';
import { fulfilled, attempt } from '../../system/attempt.js';
import { processStart } from '../../system/process/process-state.js';
import { clientFiles } from './client-files.js';
import { homeOfProcess } from './home-of-process.js';
import { type ClientRecord, parseClientRecord } from './record.js';

/** A client that runs at this moment. */
export interface LiveClient extends ClientRecord {
  /** The home of the pclaude session that it works in, be it as its client or as something started there; null for plain ones. */
  readonly home: string | null;
}

/**
 * The clients that run on a shared dir, those of our sessions among them: their homes link its `sessions` folder. What a crash has
 * left there is no process: the pid is gone, or belongs to one that began at another moment. What cannot be read is passed
 * over. About 0.1 ms a client on Linux; elsewhere a `ps` each.
 */
export function liveClients(sharedDir: string): LiveClient[] {
  const texts = clientFiles(sharedDir).map((path) => attempt(() => readFileSync(path, 'utf8')));
  const records = fulfilled(texts).flatMap((text) => parseClientRecord(text) ?? []);
  return records.filter(isAlive).map((record) => ({ ...record, home: homeOfProcess(record.pid) }));
}

function isAlive(record: ClientRecord): boolean {
  return processStart(record.pid) === record.processStart;
}
