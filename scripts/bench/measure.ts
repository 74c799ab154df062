const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 30);

/** Milliseconds since the epoch, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Measures repeatedly, without the first two results, which read cold files. */
export async function repeat<T>(measure: () => Promise<T> | T, rounds: number = ROUNDS): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < rounds + 2; round++) results.push(await measure());
  return results.slice(2);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The time that `act` takes, in milliseconds. */
export async function timed(act: () => unknown): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

/** The value below which this part of all values lies: 0.99 for the 99th percentile. */
export function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(Math.floor(values.length * part), values.length - 1)] ?? Number.NaN;
}

export function heading(text: string, how = `medians of ${ROUNDS} rounds`): void {
  process.stdout.write(`\n${text}; ${how}\n\n`);
}

export function row(what: string, value: string, goal: string): void {
  process.stdout.write(`${what.padEnd(58)}${value.padStart(12)}   ${goal}\n`);
}
