import type { RunResult } from '../support/run.js';

/** The outcome of a run without the values that differ from one run of the client to the next: ids, times and costs. */
export function comparable({ stdout, stderr, exitCode, signal }: RunResult) {
  return { stdout: withoutChance(stdout.toString()), stderr, exitCode, signal };
}

/** The same for a text that contains messages of the client. */
export function withoutChance(text: string): string {
  return text
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '<uuid>')
    .replaceAll(/\b(msg|toolu|req)_\w+/g, '<id>')
    .replaceAll(/"timestamp":"[^"]+"/g, '"timestamp":"<time>"')
    .replaceAll(/\/\d+\.sock"/g, '/<pid>.sock"')
    .replaceAll(/"(\w+_ms|\w+_cost_usd|costUSD)":[\d.e-]+/g, '"$1":<number>');
}
