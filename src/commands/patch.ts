import { createTwoFilesPatch, diffLines } from 'diff';
import { changedKeys } from '../merge/json/dotted-keys.js';
import { decodeText } from '../system/content.js';
import type { WouldChange } from '../system/files/dry-run-files.js';
import { hasColors } from './output.js';
import { shown, tilde } from './shown.js';

/** In milliseconds. Texts that have little in common are not worth a longer wait. */
const DIFF_BUDGET_MS = 2_000;

/**
 * A change of a file as a unified diff, with `/dev/null` for a file that does not exist; one line in words if a version is not text.
 * `newPath` is the path of the second version, if that is another file.
 */
export function patchOf({ path, newPath = path, before, after }: WouldChange & { readonly newPath?: string }): string {
  const [old, next] = [before, after].map((content) => (content === null ? '' : decodeText(content)));
  const name = shown(path);
  if (old === undefined || next === undefined || old === null || next === null) return `${name}: binary files differ\n`;
  const [from, to] = [before === null ? '/dev/null' : tilde(path), after === null ? '/dev/null' : tilde(newPath)];
  const patch = createTwoFilesPatch(from, to, old, next, undefined, undefined, {
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
    timeout: DIFF_BUDGET_MS,
  });
  return patch ?? `${name}: the two versions have little in common\n`;
}

/** A change of a file whose content must not be shown, as the names of the keys that change. */
export function keysOf({ path, before, after }: WouldChange): string {
  const [old, next] = [before, after].map((content) => (content === null ? '' : decodeText(content)));
  return keyLine(path, typeof old === 'string' && typeof next === 'string' ? changedKeys(old, next) : null);
}

/** Like `keysOf`, with known names of keys; null if they cannot be determined. */
export function keyLine(path: string, keys: readonly string[] | null): string {
  return `${shown(path)}: ${keys === null ? 'its content changes' : `keys that change: ${keys.map(shown).join(', ')}`}\n`;
}

const RESET = '\x1b[0m';
const [BOLD, RED, GREEN, CYAN] = [1, 31, 32, 36].map((code) => `\x1b[${code}m`);

/** A patch in the colours of `git diff`, if `colors`; by default, if standard output shows them. */
export function coloured(patch: string, colors = hasColors()): string {
  if (!colors) return patch;
  return patch.replaceAll(/^(?:(?:---|\+\+\+) |@@|\+|-).*$/gm, (line) => {
    const [mark = ''] = /^(?:--- |\+\+\+ |.)/.exec(line) ?? [];
    const colour = { '--- ': BOLD, '+++ ': BOLD, '@': CYAN, '+': GREEN }[mark] ?? RED;
    return `${colour}${line}${RESET}`;
  });
}

/** In milliseconds. Listings must not wait for the comparison of texts that have little in common. */
const COUNT_BUDGET_MS = 50;

export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

/** How many lines a change added and removed; null if a version is not text, or if the comparison takes too long. */
export function lineCounts(before: Uint8Array | null, after: Uint8Array | null): LineCounts | null {
  const [old, next] = [before, after].map((content) => (content === null ? '' : decodeText(content)));
  if (typeof old !== 'string' || typeof next !== 'string') return null;
  const parts = diffLines(old, next, { timeout: COUNT_BUDGET_MS });
  if (!parts) return null;
  const sum = (of: 'added' | 'removed'): number => parts.reduce((total, part) => (part[of] ? total + part.count : total), 0);
  return { added: sum('added'), removed: sum('removed') };
}
