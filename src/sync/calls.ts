import { join } from 'node:path';
import type { Files } from './files.js';
import type { Overlaid } from './overlaid.js';

/** Ends the name of the mark of a call that has written and could not be merged. */
export const UNMERGED = '.unmerged';

/** What is known of a shell command: it may still write when its call has ended. */
export type ShellState = 'foreground' | 'background';

/** Notes that all copies are made that a shell command works on: what is not there any more, it has removed. */
export function markShell(files: Files, { calls }: Overlaid, call: string, state: ShellState): void {
  files.writePrivate(join(calls, call), Buffer.from(state));
}

/** Undefined for a command whose copies are not all made: it has not begun. */
export function shellState(files: Files, { calls }: Overlaid, call: string): ShellState | undefined {
  const state = files.read(join(calls, call));
  if (state === null) return undefined;
  return Buffer.from(state).toString('utf8') === 'background' ? 'background' : 'foreground';
}

/** Notes that a call has written, but its merge did not come about: the next call of the session tries again. */
export function markUnmerged(files: Files, { calls }: Overlaid, call: string): void {
  files.writePrivate(join(calls, call + UNMERGED), new Uint8Array());
}

/** The calls with that mark. All others may still be writing. */
export function unmergedCalls(files: Files, { calls }: Pick<Overlaid, 'calls'>): string[] {
  return files.list(calls).flatMap((name) => (name.endsWith(UNMERGED) ? [name.slice(0, -UNMERGED.length)] : []));
}

/** Removes all that is kept of a call; what it wrote and was not merged is gone. */
export function forgetCall(files: Files, { copies, bases, calls }: Overlaid, call: string): void {
  files.removeFolder(join(copies, call));
  files.removeFolder(join(bases, call));
  for (const name of [call, call + UNMERGED]) files.remove(join(calls, name));
}
