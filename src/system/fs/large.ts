/**
 * A file of more bytes than this is neither read into memory nor copied: a merge needs several times the file's size, and no file
 * with settings, a plan or memory is that large.
 */
export const LARGE_BYTES = 64 * 1024 * 1024;
