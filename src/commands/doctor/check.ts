import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/config.js';
import type { StoreHere } from '../../session/session.js';
import { isUserError } from '../../system/errors.js';
import { temporaryName } from '../../system/fs/atomic-write.js';
import { systemErrorLine } from '../../system/report.js';

/** The severity of a finding. Warnings and errors mean that something is wrong. */
export type Level = 'ok' | 'note' | 'warning' | 'error';

/** One result of a check. It contains names of files, sessions and settings, never the contents of files. */
export interface Finding {
  readonly level: Level;
  /** The message, which follows the name of the path or session, if there is one. */
  readonly what: string;
  /** The path or session that the finding is about, or neither. */
  readonly path: string | null;
  readonly session: string | null;
  /** The suggested fix; null if there is nothing to do. */
  readonly todo: string | null;
}

/** What the checks examine. */
export interface DoctorContext extends StoreHere {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The script of the launcher, `pclaude.js`, beside the real path of the running script. */
  readonly program: string;
  readonly config: Config;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One thing that can be wrong. A check changes nothing, and removes the files that it creates for an experiment. */
export interface Check {
  /** Remains the same in all versions. */
  readonly name: string;
  /** The message if the check finds nothing. Without one, it always finds something. */
  readonly fine?: string;
  /** The check is skipped if this folder does not exist. */
  readonly needs?: 'shared dir' | 'state dir';
  /** Throws `UserError` and system errors, which are reported as findings. */
  readonly find: (context: DoctorContext) => readonly Finding[] | Promise<readonly Finding[]>;
}

/** What a finding is about; neither for the system as a whole. */
export type Subject = Partial<Pick<Finding, 'path' | 'session'>>;

/** A finding; by default it is about no path and no session. */
export function finding(level: Level, what: string, todo: string | null, { path = null, session = null }: Subject = {}): Finding {
  return { level, what, path, session, todo };
}

/** Why something failed, with a hint if it is a `UserError`. Throws the error if it is neither that nor one of the system. */
export function failureOf(error: unknown): { readonly message: string; readonly hint: string | null } {
  if (isUserError(error)) return { message: error.message, hint: error.hint };
  const message = systemErrorLine(error);
  if (message === undefined) throw error;
  return { message, hint: null };
}

/** Runs `act` with a new, hidden folder in `folder`, and removes that folder. A crash leaves it; sessions ignore its name. */
export function withProbe<T>(folder: string, act: (probe: string) => T): T {
  const probe = temporaryName(join(folder, 'doctor'));
  mkdirSync(probe, { mode: 0o700 });
  try {
    return act(probe);
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}
