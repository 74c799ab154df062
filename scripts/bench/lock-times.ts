import { existsSync, readFileSync } from 'node:fs';
import { preloading } from '../../test/support/disk.js';
import type { Environment } from '../../test/support/real-client.js';
import { quantile, row } from './measure.js';

/** Measures inside the programs of pclaude how long they hold the lock of a shared dir. */
export interface LockProbe {
  /** The variables with which a program records its times. */
  readonly env: Environment;
  /** All records, in order of the ends. */
  readonly holds: () => Hold[];
}

export interface Hold {
  /** `hook.js` for a memory that a tool wrote, `pclaude.js` for a merge by the launcher. */
  readonly program: string;
  /** In ms: from the first try to the lock, and from the lock to its release. */
  readonly waited: number;
  readonly held: number;
}

/**
 * Makes code that is loaded before a program of pclaude and records the calls that take and free the lock. From outside only a
 * tracer could see these calls, and tracing takes longer than they do.
 */
export function lockProbe(log: string): LockProbe {
  return {
    env: preloading(probe(log)),
    holds: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').map(parse) : []),
  };
}

/** Prints one line for the hooks and one for the launchers, each only if there are any. */
export function lockRows(holds: readonly Hold[]): void {
  for (const [program, what] of [
    ['hook.js', 'a memory that a tool wrote'],
    ['pclaude.js', 'a session at its end'],
  ] as const) {
    const own = holds.filter((hold) => hold.program === program);
    if (own.length === 0) continue;
    const held = own.map((hold) => hold.held);
    const waited = own.map((hold) => hold.waited);
    row(`  lock held for ${what} (${own.length} times)`, pair(held), `p50, p99; waited for: ${pair(waited)}`);
  }
}

function pair(values: readonly number[]): string {
  return `${quantile(values, 0.5).toFixed(1)}, ${quantile(values, 0.99).toFixed(1)} ms`;
}

function parse(line: string): Hold {
  const [program = '', waited, held] = line.split(' ');
  return { program, waited: Number(waited), held: Number(held) };
}

/** The code of the probe. It ignores the session's own lock, which is another file and is held as long as the session lives. */
function probe(log: string): string {
  return `
    import fs from 'node:fs';
    import { basename } from 'node:path';
    const files = new Set();
    const held = new Map();
    let first;
    const { dlopen } = process;
    process.dlopen = (module, ...rest) => {
      dlopen.call(process, module, ...rest);
      const { tryLock } = module.exports;
      if (tryLock === undefined) return;
      module.exports = { ...module.exports, tryLock(fd, ...more) {
        if (files.has(fd)) first ??= performance.now();
        tryLock(fd, ...more);
        if (!files.has(fd)) return;
        held.set(fd, { first, since: performance.now() });
        first = undefined;
      } };
    };
    const { openSync, closeSync } = fs;
    fs.openSync = (path, ...rest) => {
      const fd = openSync(path, ...rest);
      if (String(path).includes('/locks/')) files.add(fd);
      return fd;
    };
    fs.closeSync = (fd) => {
      closeSync(fd);
      files.delete(fd);
      const one = held.get(fd);
      if (one === undefined) return;
      held.delete(fd);
      const line = [basename(process.argv[1]), one.since - one.first, performance.now() - one.since].join(' ');
      fs.appendFileSync(${JSON.stringify(log)}, line + '\\n');
    };
  `;
}
