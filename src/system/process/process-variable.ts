import { readFileSync } from 'node:fs';
import { hasCode } from '../fs/fs-error.js';

/**
 * Looks up variables with which a process of this user was started. Undefined when the process was started without that variable, has
 * exited or belongs to another user, and always on systems other than Linux.
 */
export function variablesOf(pid: number): (name: string) => string | undefined {
  const settings = environmentOf(pid).split('\0');
  return (name) => settings.find((setting) => setting.startsWith(`${name}=`))?.slice(name.length + 1);
}

function environmentOf(pid: number): string {
  if (process.platform !== 'linux') return '';
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return '';
    throw error;
  }
}
