import { isGood, type RoundOutcome } from './outcome.js';
import type { VariantName } from './options.js';

/** One round of one launch. */
export interface PlayedRound extends RoundOutcome {
  readonly variant: VariantName;
}

/** Prints sums in a table with a row for each case and variant and one for all, then the messages of failed calls and the plain sessions. */
export function stressTable(rounds: readonly PlayedRound[]): string {
  const cases = groups(rounds, ({ target, way, variant }) => `${target.padEnd(8)}${way.padEnd(18)}${variant.padEnd(8)}`);
  const rows = [...cases, ...(cases.length > 1 ? [['all'.padEnd(34), rounds] as const] : [])];
  const head = `${'target'.padEnd(8)}${'way'.padEnd(18)}${'variant'.padEnd(8)}${columns.map(([name]) => cell(name)).join('')}\n`;
  return [
    head,
    ...rows.map(([name, some]) => `${name}${columns.map(([, value]) => cell(value(some))).join('')}\n`),
    messages(rounds),
    besides(rounds),
  ].join('');
}

const columns: readonly (readonly [name: string, value: (rounds: readonly RoundOutcome[]) => string])[] = [
  ['rounds', (rounds) => String(rounds.length)],
  ['kept', (rounds) => `${sum(rounds, ({ kept }) => kept)} of ${sum(rounds, ({ writers }) => writers)}`],
  ['refused', (rounds) => count(rounds, ({ refused }) => refused)],
  ['lost', (rounds) => count(rounds, ({ lost }) => lost.length)],
  ['surplus', (rounds) => count(rounds, ({ surplus }) => surplus)],
  ['conflicts', (rounds) => count(rounds, ({ conflicts }) => conflicts.length)],
  ['failed', (rounds) => count(rounds, ({ failed }) => failed.length)],
  ['yet there', (rounds) => count(rounds, ({ presentThoughFailed }) => presentThoughFailed.length)],
  ['damaged', (rounds) => count(rounds, ({ isIntact }) => (isIntact ? 0 : 1))],
  ['bad rounds', (rounds) => count(rounds, (round) => (isGood(round) ? 0 : 1))],
];

function messages(rounds: readonly RoundOutcome[]): string {
  const kinds = groups(
    rounds.flatMap(({ failed }) => failed),
    (message) => message,
  );
  return kinds.map(([message, some]) => `failed ${some.length} x  ${message}\n`).join('');
}

function besides(rounds: readonly RoundOutcome[]): string {
  const beside = rounds.map((round) => round.beside);
  const writers = sum(beside, (one) => one.writers);
  if (writers === 0) return '';
  return `plain claude beside: kept ${sum(beside, ({ kept }) => kept)} of ${sum(beside, ({ reported }) => reported)} reported as written by ${writers}, ${sum(beside, ({ surplus }) => surplus)} surplus copies\n`;
}

function groups<T>(items: readonly T[], nameOf: (item: T) => string): [name: string, items: T[]][] {
  const names = [...new Set(items.map(nameOf))];
  return names.map((name) => [name, items.filter((item) => nameOf(item) === name)]);
}

function count(rounds: readonly RoundOutcome[], value: (round: RoundOutcome) => number): string {
  return String(sum(rounds, value));
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

function cell(text: string): string {
  return text.padStart(12);
}
