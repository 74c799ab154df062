import type { Files } from '../../src/system/files/files.js';
import { realFiles } from '../../src/system/files/real-files.js';

/** The real files, but nothing waits for the disk: for tests that merge hundreds of times and cut no power. */
export const quickFiles: Files = {
  ...realFiles,
  forceAll: async () => undefined,
  syncFolder: () => undefined,
};
