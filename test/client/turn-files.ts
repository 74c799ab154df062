import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unlessMissing } from '../../src/system/fs/fs-error.js';
import type { Sandbox } from '../support/sandbox.js';

/** The names of the turns that are held or waited for. */
export function turnsIn({ sandbox }: { readonly sandbox: Sandbox }): string[] {
  return (unlessMissing(() => readdirSync(turnFolder(sandbox))) ?? []).filter((name) => name !== 'take-over');
}

/** Whether a tool call holds a turn. A merge holds one for some milliseconds, and has no socket. */
export function isTurnHeldByCall(project: { readonly sandbox: Sandbox }): boolean {
  const read = (name: string): string | undefined => unlessMissing(() => readFileSync(join(turnFolder(project.sandbox), name), 'utf8'));
  return turnsIn(project).some((name) => read(name)?.includes('"socket":"') === true);
}

function turnFolder({ at }: Sandbox): string {
  return at('.local/state/pclaude/turns');
}
