import type { Files } from '../../src/system/files/files.js';
import { realFiles } from '../../src/system/files/real-files.js';

/** The real files, without waiting for the disk: for tests that merge hundreds of times and simulate no power cut. */
export const quickFiles: Files = {
  ...realFiles,
  forceAll: async () => undefined,
  syncFolder: () => undefined,
};
