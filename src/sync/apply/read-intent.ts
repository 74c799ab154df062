import * as v from 'valibot';
import { isStoredContent, restoreContent, type StoredContent } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import type { ConflictPolicy, FileOutcome } from '../change.js';
import type { Intent } from './intent.js';

const content = v.pipe(v.custom<StoredContent>(isStoredContent), v.transform(restoreContent));

const step = v.object({ target: v.string(), before: content, after: content, temporary: v.string() });

const conflict: v.GenericSchema<ConflictPolicy> = v.variant('keep', [
  v.object({ keep: v.literal('copy'), branch: v.string(), id: v.string() }),
  v.object({ keep: v.literal('session') }),
  v.object({ keep: v.literal('aside') }),
  v.object({ keep: v.literal('none') }),
]);

const pushed: v.GenericSchema<FileOutcome> = v.variant('outcome', [
  v.object({ outcome: v.literal('unchanged') }),
  v.object({ outcome: v.literal('merged'), decided: v.array(v.string()), setAside: v.exactOptional(v.string()) }),
  v.object({ outcome: v.literal('deleted') }),
  v.object({ outcome: v.literal('conflict'), copy: v.nullable(v.string()) }),
]);

const task = v.object({
  place: v.string(),
  copies: v.array(step),
  main: v.nullable(step),
  base: v.nullable(v.object({ path: v.string(), root: v.string(), staged: v.nullable(v.string()) })),
  pushed,
  start: content,
  ours: content,
  conflict,
  memoryFolder: v.nullable(v.string()),
  aside: v.nullable(v.string()),
  isLate: v.exactOptional(v.boolean()),
});

const aside = v.object({
  place: v.string(),
  target: v.string(),
  path: v.string(),
  base: content,
  conflict,
  memoryFolder: v.nullable(v.string()),
});

const schema = v.object({
  version: v.literal(1),
  id: v.string(),
  loose: v.array(v.string()),
  staged: v.array(task),
  done: v.array(task),
  asides: v.array(aside),
});

/** The intent that a crash left; undefined when there is none, or none that this version understands. */
export function readIntent(files: Files, path: string): Intent | undefined {
  const text = files.read(path);
  if (text === null) return undefined;
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), Buffer.from(text).toString('utf8'));
  return result.success ? result.output : undefined;
}
