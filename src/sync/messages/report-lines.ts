import { join } from 'node:path';
import { isUserError } from '../../system/errors.js';
import { reasonOf } from '../../system/fs/fs-error.js';
import { mishapHint, mishapWords, type SharedMishap } from './mishap-words.js';
import { systemErrorLine } from '../../system/report-failure.js';

/** A shared settings file did not parse; `path` is its new name. */
export function quarantinedLine(path: string): string {
  return `a settings file was not valid JSON; it is kept as ${path} and was rebuilt from what the session knew`;
}

/** A shared file is broken or has lost content, as is reported before a session begins. `ago`: formats the age of its last good version. */
export function mishapLine(mishap: SharedMishap, ago: (at: number) => string): string {
  const what = mishap.kind === 'broken' ? `${mishapWords(mishap)}, so Claude Code starts without it, or not at all` : mishapWords(mishap);
  return `${mishap.path} ${what}; ${mishapHint(mishap, ago)}`;
}

/** The session dir was removed while the session ran, or a part of it. */
export function damagedLine(id: string, home: string): string {
  return `the folder of session ${id} was removed while it ran, or a part of it; its memory is merged, settings that it changed at the end may not be; look into ${home}`;
}

/** Names in the shared dir are read-only, so the session's changes to them are not merged. */
export function readOnlyLine(id: string, names: readonly string[]): string {
  const [it, what] = names.length === 1 ? ['it is', 'it'] : ['they are', 'them'];
  return `${names.join(', ')} of session ${id} cannot be merged: ${it} read-only in the shared dir; what the session changed is kept: make ${what} writable, then run: pclaudectl merge ${id}`;
}

/** Why a session has no slot, the number by which sessions that run at the same time keep their databases and ports apart. */
export function noSlotLine(problem: string, stateDir: string): string {
  return `PCLAUDE_SLOT and PCLAUDE_PORT_BASE are not set in this session, because of ${join(stateDir, 'slots')}: ${problem}`;
}

/**
 * Why a launch could not merge a session. An unknown error keeps its stack but does not end pclaude: the caller must get the client's own
 * exit code.
 */
export function failureLine(id: string, error: unknown): string {
  return lineOf(id, error, reasonOf(error), 'the next launch of pclaude tries again');
}

/** The same for a merge that the user asked for by hand. The hint differs, because a launch does not try a closed session again. */
export function mergeFailureLine(id: string, error: unknown): string {
  return lineOf(id, error, systemErrorLine(error), `try again with: pclaudectl merge ${id}`);
}

/** Why a session could not be discarded. */
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
