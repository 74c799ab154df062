import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { hasCode } from '../fs/fs-error.js';
import { mayBeYounger, type Moment } from './process-age.js';
import { isSomeWanted, type Look } from './process-search.js';
import { parentOf } from './process-state.js';
import { unlessMissing } from '../fs/unless-missing.js';

/**
 * Whether another process of this user was started with a variable set to this value. With `since`, a moment soon after the
 * start of this process, it looks only at processes that may be younger than this one, which takes a millisecond; without it
 * every process takes 10 to 30 µs more. Linux only: on other systems it returns false, because the answer would require
 * starting a program.
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
    // The environment is empty while a process executes another program. The link `exe` then exists; it is missing for a process that
    // has exited, and for a kernel thread.
    readlinkSync(`${folder}/exe`);
    return lookAtParent(pid, setting);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return 'ended';
    if (hasCode(error, 'EACCES', 'EPERM')) return 'other';
    throw error;
  }
}

/** A process has the variables of its parent, unless the parent has only adopted it; ancestors of this process may have done that. */
function lookAtParent(pid: string, setting: string): Look {
  const parent = parentOf(Number(pid));
  if (parent === undefined || lineage().includes(parent)) return 'starting';
  const found = look(String(parent), setting);
  return found === 'ended' ? 'starting' : found;
}

/** This process and all its ancestors. */
function lineage(): number[] {
  const line: number[] = [];
  for (let pid: number | undefined = process.pid; pid !== undefined && pid > 0; pid = parentOf(pid)) line.push(pid);
  return line;
}
