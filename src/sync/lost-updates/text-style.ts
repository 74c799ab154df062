import { decodeText, encodeText } from '../../system/bytes.js';

/**
 * Turns a text, as the client's tools report it, into the bytes that they write: tools report neither a byte order mark nor the line ends
 * of Windows, and keep both. `content` is the file's now. Undefined when that is not text.
 */
export function textStyle(content: Uint8Array | null): ((text: string) => Uint8Array) | undefined {
  if (content === null) return encodeText;
  const text = decodeText(content);
  if (text === null) return undefined;
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const isWindows = text.includes('\r\n');
  return (reported) => encodeText(mark + (isWindows ? reported.replaceAll(/\r?\n/g, '\r\n') : reported));
}
