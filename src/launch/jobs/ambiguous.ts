import type { PlacedJob } from './places.js';

/** A job that a text may mean. */
export interface Candidate extends PlacedJob {
  /** See `choose`. */
  readonly rank: number;
}

/** How many candidates are listed. */
const LISTED = 20;

/** How many characters of a name are shown. */
const WIDTH = 32;

/** The client's message when several ids begin with the text. */
export function severalIds(wanted: string, jobs: readonly PlacedJob[]): string {
  return `'${wanted}' matches more than one session: ${jobs.map(({ id }) => id).join(', ')}\n`;
}

/** The client's message when the text is part of several names. */
export function severalNames(wanted: string, candidates: readonly Candidate[]): string {
  const byName = candidates.filter(({ rank }) => rank > 1);
  const text = shortened(wanted);
  const head =
    byName.length > 0
      ? `${candidates.length} sessions match '${text}'`
      : `No session name matches '${text}'.\nThe task text of ${candidates.length} sessions has it`;
  const lines = candidates
    .toSorted((one, other) => Number(one.rank === 1) - Number(other.rank === 1) || (one.id < other.id ? -1 : 1))
    .map(({ id, name, tasks, rank }) => {
      const how = byName.length > 0 && rank === 1 ? '  (task text)' : '';
      return `  ${id}  ${shortened(name || (tasks[0] ?? ''))}${how}\n`;
    });
  const more = lines.length > LISTED ? `  … and ${lines.length - LISTED} more\n` : '';
  return `${head}:\n${lines.slice(0, LISTED).join('')}${more}${advice(byName)}\n`;
}

function advice(byName: readonly Candidate[]): string {
  if (byName.length === 0) return 'Use the id, or a session name.';
  return byName.some(({ rank }) => rank === 2) ? 'Use more of the name, or the id.' : 'Use the id.';
}

/** Returns the text on one line, because a name may contain any character. */
function shortened(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}
