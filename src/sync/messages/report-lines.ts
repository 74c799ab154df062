import { join } from 'node:path';
import { isUserError } from '../../system/errors.js';
import { reasonOf } from '../../system/fs/fs-error.js';
import { mishapHint, mishapWords, type SharedMishap } from './mishap-words.js';
import { systemErrorLine } from '../../system/report-failure.js';

/** A shared settings file did not parse; `path` is its new name. */
export function quarantinedLine(path: string): string {
  return `a settings file was not valid JSON; it is kept as ${path} and was rebuilt from what the session knew`;
}

/** A shared file has lost what it held before a session begins. `ago`: how old its last good version is. */
export function mishapLine(mishap: SharedMishap, ago: (at: number) => string): string {
  const what = mishap.kind === 'broken' ? `${mishapWords(mishap)}, so Claude Code starts without it, or not at all` : mishapWords(mishap);
  return `${mishap.path} ${what}; ${mishapHint(mishap, ago)}`;
}

/** Somebody has removed the folder of a session, or a part of it, while it ran. */
export function damagedLine(id: string, home: string): string {
  return `the folder of session ${id} was removed while it ran, or a part of it; its memory is merged, settings that it changed at the end may not be; look into ${home}`;
}

/** Names in the shared dir are read-only: what a session changed in them is not merged. */
export function readOnlyLine(id: string, names: readonly string[]): string {
  const [it, what] = names.length === 1 ? ['it is', 'it'] : ['they are', 'them'];
  return `${names.join(', ')} of session ${id} cannot be merged: ${it} read-only in the shared dir; what the session changed is kept: make ${what} writable, then run: pclaudectl merge ${id}`;
}

/** Why a session has none of the numbers by which sessions that live at the same time tell their databases and ports apart. */
export function noSlotLine(problem: string, stateDir: string): string {
  return `PCLAUDE_SLOT and PCLAUDE_PORT_BASE are not set in this session, because of ${join(stateDir, 'slots')}: ${problem}`;
}

/**
 * Why a launch could not merge a session. An error that we do not know keeps its stack, but it does not end us: the
 * client's own exit code must reach the caller.
 */
export function failureLine(id: string, error: unknown): string {
  return lineOf(id, error, reasonOf(error), 'the next launch of pclaude tries again');
}

/** The same for a person who asked for it by hand: a launch looks at no session that is closed. */
export function mergeFailureLine(id: string, error: unknown): string {
  return lineOf(id, error, systemErrorLine(error), `try again with: pclaudectl merge ${id}`);
}

/** Why a person could not throw a session away. */
export function discardFailureLine(id: string, error: unknown): string {
  const hint = isUserError(error) ? error.hint : `try again with: pclaudectl merge --discard ${id}`;
  return `session ${id} was not discarded: ${whatOf(error, systemErrorLine(error))}; ${hint}`;
}

function lineOf(id: string, error: unknown, reason: string | undefined, hint: string): string {
  return `session ${id} could not be merged: ${whatOf(error, reason)}; nothing is lost, ${hint}`;
}

function whatOf(error: unknown, reason: string | undefined): string {
  const known = isUserError(error) ? error.message : reason;
  return known ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
}
