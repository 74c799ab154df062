import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** The memory that is available to programs on this machine, in MiB. */
export function availableMemory(): number {
  return Math.round(
    process.platform === 'linux'
      ? Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) / 1024
      : freemem() / 2 ** 20,
  );
}
