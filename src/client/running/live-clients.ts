import { readFileSync } from 'node:fs';
import { fulfilled, attempt } from '../../system/attempt.js';
import { processStart } from '../../system/process/process-state.js';
import { clientFiles } from './client-files.js';
import { homeOfProcess } from './home-of-process.js';
import { type ClientRecord, parseClientRecord } from './record.js';

/** A client that runs at this moment. */
export interface LiveClient extends ClientRecord {
  /** The home of the pclaude session that it works in, as the session's client or started by it; null for a plain client. */
  readonly home: string | null;
}

/**
 * The clients that run on a shared dir. Those of pclaude's sessions are among them, because each home links the dir's `sessions`
 * folder. A record that a crash left is skipped: its pid does not exist, or belongs to a process with another start time. Records
 * that cannot be read are skipped as well. Takes about 0.1 ms for each client on Linux; elsewhere it starts `ps` for each.
 */
export function liveClients(sharedDir: string): LiveClient[] {
  const texts = clientFiles(sharedDir).map((path) => attempt(() => readFileSync(path, 'utf8')));
  const records = fulfilled(texts).flatMap((text) => parseClientRecord(text) ?? []);
  return records.filter(isAlive).map((record) => ({ ...record, home: homeOfProcess(record.pid) }));
}

function isAlive(record: ClientRecord): boolean {
  return processStart(record.pid) === record.processStart;
}
