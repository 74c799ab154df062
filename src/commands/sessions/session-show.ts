import { Command } from 'commander';
import { clientsIn, type PlainEntry, plainEntries, type SessionEntry, sessionEntry } from './registry.js';
import { listSessions } from '../../session/list.js';
import type { Store } from '../../session/session.js';
import { loadStore, sharedIfAny } from '../../session/from-environment.js';
import { findNamed } from '../named-session.js';
import { print, printJson } from '../output.js';
import { sessionJson } from './session-json.js';
import { sessionLines } from './session-lines.js';
import { nameOf } from './session-table.js';

/** `pclaudectl sessions show` */
export function showCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('show')
    .description('show all that is known of a session, or of a plain claude process')
    .argument('<session>', 'its id as `pclaudectl sessions` shows it, or the start of one; the pid of a plain claude')
    .option('--json', 'as a JSON object')
    .action(async (name: string, { json }: { json?: true }) => {
      const entry = await find(await loadStore(environment), sharedIfAny(environment), name);
      if (json === true) printJson(sessionJson(entry));
      else print(sessionLines(entry, Date.now()));
    });
}

/** Throws `no-such-session`. */
async function find(store: Store, sharedDirs: readonly string[], name: string): Promise<SessionEntry | PlainEntry> {
  const listed = listSessions(store.stateDir);
  const clients = clientsIn([...sharedDirs, ...listed.sessions.map(({ manifest }) => manifest.shared.dir)]);
  return plainEntries(clients).find((entry) => nameOf(entry) === name) ?? sessionEntry(store, findNamed(listed, name), clients);
}
