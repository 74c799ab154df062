import { customAlphabet } from 'nanoid/non-secure';

/**
 * A new id: 10 characters that are safe in a file name on every system, including one that ignores case. It need not be hard
 * to guess, because it only names things in the user's own folders; loading node:crypto would take 4 ms of a launch.
 */
export const newId: () => string = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 10);
