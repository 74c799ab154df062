import { customAlphabet } from 'nanoid';

/** A new session id: 10 characters that are safe in a file name on every system, also one that ignores case. */
export const newSessionId: () => string = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 10);
