import { overwrite, rewrite } from './replace.js';
import { type Desk, whileWriting } from './writing.js';

/** Gives a file a new content, or makes it. Throws what `whileWriting` throws, and leaves the old file then, whole. */
export async function writeFile(desk: Desk, name: string, content: Uint8Array): Promise<void> {
  await whileWriting(desk, name, ({ target }) => overwrite(desk.stateDir, target.path, content));
}

/**
 * Adds a content to the end of a file, or makes it. Where the last line of the file has no end it gets one, so that what was
 * added stays lines of its own. Throws as `writeFile`.
 */
export async function appendToFile(desk: Desk, name: string, content: Uint8Array): Promise<void> {
  await whileWriting(desk, name, ({ target: { path } }) => {
    rewrite(desk.stateDir, path, (current) => ({ content: appended(current, content), told: undefined }));
  });
}

const NEWLINE = 0x0a;

function appended(current: Uint8Array | null, content: Uint8Array): Uint8Array {
  if (current === null || current.length === 0) return content;
  if (content.length === 0 || current.at(-1) === NEWLINE) return Buffer.concat([current, content]);
  return Buffer.concat([current, Uint8Array.of(NEWLINE), content]);
}
