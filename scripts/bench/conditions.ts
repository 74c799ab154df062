import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem, type, release } from 'node:os';
import type { MeasuredPart } from './report.js';

/** What a measurement depends on, as it is now; `load` is that of the last minute. Throws outside a git repository. */
export function currentConditions(repository: string): Omit<MeasuredPart, 'figures' | 'load'> {
  const git = (...args: string[]): string => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trim();
  // What `--write` itself changes is not part of what is measured.
  const changed = git('status', '--porcelain', '--', ':!docs/benchmarks.json', ':!docs/benchmarks.md') !== '';
  const [processor] = cpus();
  return {
    measured: new Date().toISOString(),
    commit: `${git('rev-parse', '--short=10', 'HEAD')}${changed ? '+' : ''}`,
    node: process.versions.node,
    machine: {
      system: `${type()} ${release()}`,
      processor: processor?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
  };
}

/** The load of the machine over the last minute. */
export function currentLoad(): number {
  return Number(loadavg()[0]?.toFixed(2));
}
