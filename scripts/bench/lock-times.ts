import { existsSync, readFileSync } from 'node:fs';
import { preloading } from '../../test/support/disk.js';
import type { Environment } from '../../test/support/real-client.js';
import { quantile } from './measure.js';
import type { Reading, Row } from './rows.js';

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

/** The rows that show the values of `lockReading` in this case. */
export function lockRows(name: string, what: string): Row[] {
  return [
    { id: `${name}-lock-held`, what: `lock of the shared dir held for ${what}, p50`, unit: 'ms', of: `${name}.heldP50` },
    { id: `${name}-lock-held-p99`, what: 'the same, p99', unit: 'ms', of: `${name}.heldP99` },
    { id: `${name}-lock-waited-p99`, what: 'the lock waited for, p99', unit: 'ms', of: `${name}.waitedP99` },
  ];
}

/** For how long the lock was held and waited for, in ms; no numbers when it was never taken. */
export function lockReading(holds: readonly Hold[]): Reading {
  const [held, waited] = [holds.map((hold) => hold.held), holds.map((hold) => hold.waited)];
  return { holds: holds.length, heldP50: quantile(held, 0.5), heldP99: quantile(held, 0.99), waitedP99: quantile(waited, 0.99) };
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
