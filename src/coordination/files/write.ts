import { overwrite, rewrite } from './replace.js';
import { type WriteContext, whileWriting } from './writing.js';

/** Replaces the content of a file, or creates it. Throws the errors of `whileWriting`, and leaves the old file whole in that case. */
export async function writeFile(desk: WriteContext, name: string, content: Uint8Array): Promise<void> {
  await whileWriting(desk, name, ({ target }) => overwrite(desk.stateDir, target.path, content));
}

/**
 * Appends content to a file, or creates it. If the last line of the file has no line end, adds one first, so that the appended lines stay
 * separate. Throws the errors of `writeFile`.
 */
export async function appendToFile(desk: WriteContext, name: string, content: Uint8Array): Promise<void> {
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
