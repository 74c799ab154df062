import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { hasCode } from '../fs/fs-error.js';
import { mayBeYounger, type Moment } from './process-age.js';
import { isSomeWanted, type Look } from './process-search.js';
import { parentOf } from './process-state.js';
import { unlessMissing } from '../fs/unless-missing.js';

/**
 * Tells whether another process of this user was started with a variable set to this value. Given a moment soon after our
 * own start it looks only at processes that may be younger than we are, which takes a millisecond, else 10 to 30 µs more a
 * process. Only on Linux: elsewhere never, since there a program would have to be started to ask.
 */
export function isInSomeEnvironment(variable: string, value: string, since?: Moment): boolean {
  if (process.platform !== 'linux') return false;
  const setting = `\0${variable}=${value}\0`;
  const mayMatter = since ? mayBeYounger(since) : () => true;
  return isSomeWanted(
    () => pids().filter((pid) => mayMatter(Number(pid)) && pid !== String(process.pid)),
    (pid) => look(pid, setting),
  );
}

function pids(): string[] {
  return (unlessMissing(() => readdirSync('/proc')) ?? []).filter((name) => name > '0' && name < ':');
}

function look(pid: string, setting: string): Look {
  const folder = `/proc/${pid}`;
  try {
    if (statSync(folder).uid !== process.getuid?.()) return 'other';
    const environment = readFileSync(`${folder}/environ`, 'utf8');
    if (environment !== '') return `\0${environment}`.includes(setting) ? 'wanted' : 'other';
    // While a process becomes another program it has none. One that has ended has no program either, nor has a thread of the kernel.
    readlinkSync(`${folder}/exe`);
    return lookAtParent(pid, setting);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return 'ended';
    if (hasCode(error, 'EACCES', 'EPERM')) return 'other';
    throw error;
  }
}

/** A process has what its parent has, unless that has only adopted it: this do those above us. */
function lookAtParent(pid: string, setting: string): Look {
  const parent = parentOf(Number(pid));
  if (parent === undefined || lineage().includes(parent)) return 'starting';
  const found = look(String(parent), setting);
  return found === 'ended' ? 'starting' : found;
}

/** This process, its parent, and so on up to the first of all. */
function lineage(): number[] {
  const line: number[] = [];
  for (let pid: number | undefined = process.pid; pid !== undefined && pid > 0; pid = parentOf(pid)) line.push(pid);
  return line;
}
