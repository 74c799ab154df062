import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../errors.js';
import { reasonOf } from './fs-error.js';

/** Throws `state-dir-unsafe` when a folder can neither be used nor made. Changes nothing. */
export function requireUsable(folder: string): void {
  const trouble = usableFolderTrouble(folder);
  if (trouble)
    throw new UserError(
      'state-dir-unsafe',
      `cannot use ${folder}: ${trouble}`,
      'correct that, or set PCLAUDE_STATE_DIR to a folder of yours',
    );
}

/** Why a folder can neither be used nor made; undefined when it can, as far as that can be known without a write. */
export function usableFolderTrouble(folder: string): string | undefined {
  let there = folder;
  try {
    while (statSync(there, { throwIfNoEntry: false }) === undefined && there !== dirname(there)) there = dirname(there);
    if (!statSync(there).isDirectory()) return 'it is not a folder';
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return reason;
  }
}
