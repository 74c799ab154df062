import { type Files, realFiles } from '../../src/system/files/files.js';

/** The real files, but nothing waits for the disk: for tests that merge hundreds of times and cut no power. */
export const quickFiles: Files = {
  ...realFiles,
  forceAll: async () => undefined,
  syncFolder: () => undefined,
};
