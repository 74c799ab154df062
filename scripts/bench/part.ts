import { casesOf, figureOf, type Figure, type Reading, type Row } from './rows.js';

/** One thing that is run and measured in each round. */
export interface Case {
  readonly name: string;
  readonly measure: () => Promise<Reading>;
  /** Throws unless that which was measured has happened: the files are there, merged, counted. Called after each measurement. */
  readonly verify: (reading: Reading) => Promise<void> | void;
}

/** A section of docs/benchmarks.md. */
export interface Part {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly rounds: number;
  /** Rounds before them that do not count, because they read cold files. */
  readonly warmUp: number;
  /** Takes minutes, so it is measured only when it is named. */
  readonly slow?: true;
  /** Why this machine cannot measure it. */
  readonly missing?: () => string | undefined;
  /** Prepares its cases. What it leaves is removed by `endEverything`. */
  readonly open: () => Promise<readonly Case[]>;
}

/**
 * Measures rows of a part: runs their cases in turn, round after round, so that all share what else the machine does. Throws when a case
 * did not do what it was to do.
 */
export async function measurePart(part: Part, rows: readonly Row[]): Promise<Figure[]> {
  const needed = new Set(rows.flatMap(casesOf));
  const cases = (await part.open()).filter(({ name }) => needed.has(name));
  const readings = new Map<string, Reading[]>(cases.map(({ name }) => [name, []]));
  for (let round = -part.warmUp; round < part.rounds; round++) {
    for (const { name, measure, verify } of cases) {
      const reading = await measure();
      await verify(reading);
      if (round >= 0) readings.get(name)?.push(reading);
    }
  }
  return rows.flatMap((row) => figureOf(row, readings) ?? []);
}

/** Throws with this text unless the condition holds: a measurement of something that did not happen must not become a figure. */
export function expectThat(condition: boolean, text: string): asserts condition {
  if (!condition) throw new Error(`what was measured did not happen: ${text}`);
}
