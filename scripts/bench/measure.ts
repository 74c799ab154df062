/** The middle value; NaN of no values. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The value below which this part of all values lies: 0.99 for the 99th percentile. */
export function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(Math.floor(values.length * part), values.length - 1)] ?? Number.NaN;
}

export function heading(text: string, how: string): void {
  process.stdout.write(`\n${text}; ${how}\n\n`);
}

export function row(what: string, value: string, goal: string): void {
  process.stdout.write(`${what.padEnd(58)}${value.padStart(12)}   ${goal}\n`);
}
