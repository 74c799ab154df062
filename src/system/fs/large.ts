/**
 * What is larger, in bytes, is neither read into memory nor copied: no settings, plan or memory is, and a merge needs several times
 * its size.
 */
export const LARGE_BYTES = 64 * 1024 * 1024;
