import { customAlphabet } from 'nanoid/non-secure';

/**
 * A new id: 10 characters that are safe in a file name on every system, also one that ignores case. It need not be hard
 * to guess, since it only names things in folders of the user's own; loading node:crypto would take 4 ms of a launch.
 */
export const newId: () => string = customAlphabet('0123456789abcdefghijklmnopqrstuvwxyz', 10);
