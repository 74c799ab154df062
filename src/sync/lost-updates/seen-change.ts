import type { Driver } from '../../merge/drivers.js';
import { detectLostUpdate } from '../../merge/lost-update.js';
import { decodeText, encodeText } from '../../system/content.js';
import type { Files } from '../../system/files/files.js';
import { type RecentMerge, versionsOf } from '../log/recent.js';

/** What a tool call changed in a shared file, as bytes. */
export interface SeenChange {
  /** The path of the file in the shared dir. */
  readonly place: string;
  readonly target: string;
  /** The memory folder that the file is in, whose index names conflict copies; null for other files. */
  readonly memoryFolder: string | null;
  /** The content before the call; null: no file. */
  readonly before: Uint8Array | null;
  /** Whether the call read `before`. A shell command may write what a model made from an older version. */
  readonly hasRead: boolean;
  /** The content after the call; null: the call removed the file. The same as `before` if only the time of the call is known. */
  readonly after: Uint8Array | null;
  /** The earliest time at which the call can have read the file, in milliseconds since the epoch. */
  readonly since: number;
}

/** What a file tool wrote to a shared file, as the tool reports it. */
export interface Write extends Omit<SeenChange, 'before' | 'after' | 'hasRead'> {
  /** The whole text that the call read; null: the call created the file. */
  readonly before: string | null;
  /** The whole text afterwards; the same as `before` if only the time of the call is known. */
  readonly after: string;
}

/** A file for which sessions take turns: its path, and its name in merges. */
export type SharedFile = Pick<SeenChange, 'place' | 'target' | 'memoryFolder'>;

/** What a file tool wrote, as the bytes that it wrote. Undefined if the file is not text. */
export function seenChange(files: Files, { before, after, ...write }: Write): SeenChange | undefined {
  const bytesOf = textStyle(files.read(files.realPath(write.target)));
  return bytesOf && { ...write, before: before === null ? null : bytesOf(before), after: bytesOf(after), hasRead: true };
}

/**
 * Returns a function that converts text, as the client's tools report it, into the bytes that the tools write: they keep a byte order mark
 * and the line endings of Windows, and report neither. `content` is the current content of the file. Undefined if that is not text.
 */
function textStyle(content: Uint8Array | null): ((text: string) => Uint8Array) | undefined {
  if (content === null) return encodeText;
  const text = decodeText(content);
  if (text === null) return undefined;
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const isWindows = text.includes('\r\n');
  return (reported) => encodeText(mark + (isWindows ? reported.replaceAll(/\r?\n/g, '\r\n') : reported));
}

/**
 * The content that a call had read. If that is not known, it may be an older version than `before`; the call did not remove what it never
 * saw. Only changes that were logged before the call began are considered, because another session may have merged the call's own write
 * since then.
 */
export function readBy(
  { before, after, hasRead, since }: Pick<SeenChange, 'before' | 'after' | 'hasRead' | 'since'>,
  changes: readonly RecentMerge[],
  driver: Driver,
): Uint8Array | null {
  if (hasRead || before === null || after === null) return before;
  const earlier = changes.filter(({ at }) => at <= since);
  return detectLostUpdate([...versionsOf(earlier), before], after, driver)?.base ?? before;
}
