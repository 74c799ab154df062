import * as v from 'valibot';
import { isStoredContent, restoreContent, type StoredContent } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import type { ConflictPolicy, FileOutcome } from '../change.js';
import type { Intent } from './intent.js';

const contentSchema = v.pipe(v.custom<StoredContent>(isStoredContent), v.transform(restoreContent));

const fileEditSchema = v.object({ target: v.string(), before: contentSchema, after: contentSchema, temporary: v.string() });

const conflictSchema: v.GenericSchema<ConflictPolicy> = v.variant('keep', [
  v.object({ keep: v.literal('copy'), branch: v.string(), id: v.string() }),
  v.object({ keep: v.literal('session') }),
  v.object({ keep: v.literal('quarantine') }),
  v.object({ keep: v.literal('none') }),
]);

const outcomeSchema: v.GenericSchema<FileOutcome> = v.variant('outcome', [
  v.object({ outcome: v.literal('unchanged') }),
  v.object({ outcome: v.literal('merged'), decided: v.array(v.string()), quarantined: v.exactOptional(v.string()) }),
  v.object({ outcome: v.literal('deleted') }),
  v.object({ outcome: v.literal('conflict'), copy: v.nullable(v.string()) }),
]);

const editSchema = v.pipe(
  v.object({
    place: v.string(),
    copies: v.array(fileEditSchema),
    main: v.nullable(fileEditSchema),
    base: v.nullable(v.object({ path: v.string(), root: v.string(), staged: v.nullable(v.string()) })),
    pushed: outcomeSchema,
    start: contentSchema,
    ours: contentSchema,
    conflict: conflictSchema,
    memoryFolder: v.nullable(v.string()),
    aside: v.nullable(v.string()),
    isLate: v.exactOptional(v.boolean()),
  }),
  v.transform(({ pushed, aside, ...edit }) => ({ ...edit, outcome: pushed, overwrittenFile: aside })),
);

const overwrittenSchema = v.object({
  place: v.string(),
  target: v.string(),
  path: v.string(),
  base: contentSchema,
  conflict: conflictSchema,
  memoryFolder: v.nullable(v.string()),
});

const intentSchema = v.pipe(
  v.object({
    version: v.literal(1),
    id: v.string(),
    loose: v.array(v.string()),
    staged: v.array(editSchema),
    done: v.array(editSchema),
    asides: v.array(overwrittenSchema),
  }),
  v.transform(({ id, loose, staged, done, asides }): Intent => ({ id, tempFiles: loose, staged, done, overwritten: asides })),
);

/** The intent that a crash left; undefined when there is none, or none that this version understands. Throws the system's errors. */
export function readIntent(files: Files, path: string): Intent | undefined {
  const content = files.read(path);
  if (content === null) return undefined;
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), intentSchema), Buffer.from(content).toString('utf8'));
  return result.success ? result.output : undefined;
}
