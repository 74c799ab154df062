import { join } from 'node:path';
import type { SessionPaths } from '../session/paths.js';
import type { Files } from './files.js';

/** Where the private memory of a session is, and where it belongs. */
export interface MemorySession {
  readonly paths: Pick<SessionPaths, 'id' | 'root' | 'memory' | 'memoryBase' | 'memorySeen' | 'calls'>;
  /** The shared memory folder. */
  readonly folder: string;
  readonly branch: string | null;
  /** When the session began, in milliseconds since the epoch. */
  readonly startedAt: number;
}

/** What the model of this session last saw of a file; null when it saw none. It may be older than that, never newer. */
export function lastSeen(files: Files, session: MemorySession, place: string): Uint8Array | null {
  return files.read(join(session.paths.memorySeen, place));
}

/** Writes down what the model of this session is about to see of a file. */
export function remember(files: Files, session: MemorySession, place: string, content: Uint8Array): void {
  files.writePrivate(join(session.paths.memorySeen, place), content);
}
