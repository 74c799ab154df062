import { decodeText, encodeText } from '../../system/bytes.js';

/**
 * Returns a function that converts text, as the client's tools report it, into the bytes that the tools write: they keep a byte order mark
 * and the line endings of Windows, and report neither. `content` is the current content of the file. Undefined if that is not text.
 */
export function textStyle(content: Uint8Array | null): ((text: string) => Uint8Array) | undefined {
  if (content === null) return encodeText;
  const text = decodeText(content);
  if (text === null) return undefined;
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const isWindows = text.includes('\r\n');
  return (reported) => encodeText(mark + (isWindows ? reported.replaceAll(/\r?\n/g, '\r\n') : reported));
}
