import { styleText } from 'node:util';
import type { Level } from './check.js';
import type { Examined } from './examine.js';
import { shown } from '../output.js';

export interface DoctorStyle {
  /** Also print findings with level `ok`. */
  readonly all: boolean;
  readonly colors: boolean;
  /** The width of the terminal, for breaking lines between words; undefined prints each finding on one line. */
  readonly columns: number | undefined;
}

const COLORS = { ok: 'green', note: 'cyan', warning: 'yellow', error: 'red' } as const satisfies Record<Level, string>;

/** Fits the names of all levels and a gap. */
const INDENT = 9;

/** The findings, one after the other, and a summary as the last line. */
export function doctorText(found: readonly Examined[], style: DoctorStyle): string {
  const lines = found.filter(({ level }) => style.all || level !== 'ok').map((each) => lineOf(each, style));
  return [...lines, summaryOf(found)].map((line) => `${line}\n`).join('');
}

/** The findings as JSON for other programs; see docs/doctor.md. */
export function doctorJson(found: readonly Examined[]): object {
  return { version: 1, ...countsOf(found), findings: found };
}

function lineOf({ level, what, path, session, todo }: Examined, { colors, columns }: DoctorStyle): string {
  const place = path !== null ? shown(path) : session === null ? undefined : `session ${session}`;
  const text = `${place === undefined ? '' : `${place}: `}${what}${todo === null ? '' : `; ${todo}`}`.replaceAll(/\p{Cc}/gu, '?');
  const name = level.padEnd(INDENT);
  return (colors ? styleText(COLORS[level], name, { validateStream: false }) : name) + broken(text, columns);
}

/** Breaks a text between words, indented beside the name of the level. A word that is too long is not broken, so that it can be copied. */
function broken(text: string, columns: number | undefined): string {
  if (columns === undefined || columns < 40) return text;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && INDENT + line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(INDENT)}`);
}

function summaryOf(found: readonly Examined[]): string {
  const { errors, warnings, notes } = countsOf(found);
  const troubles = [many(errors, 'error'), many(warnings, 'warning'), many(notes, 'note')].filter((text) => text !== undefined).join(', ');
  if (errors + warnings > 0) return troubles;
  return `nothing is wrong${notes > 0 ? ` (${troubles})` : ''}`;
}

function many(count: number, word: string): string | undefined {
  return count === 0 ? undefined : `${count} ${word}${count === 1 ? '' : 's'}`;
}

function countsOf(found: readonly Examined[]): { readonly errors: number; readonly warnings: number; readonly notes: number } {
  const count = (wanted: Level): number => found.filter(({ level }) => level === wanted).length;
  return { errors: count('error'), warnings: count('warning'), notes: count('note') };
}
