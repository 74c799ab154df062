import { type Item, pushAll } from '../../src/sync/batch.js';
import type { Files } from '../../src/sync/files.js';
import type { FileResult } from '../../src/sync/report.js';
import { fulfilled, throwFirst } from '../../src/platform/settled.js';

/** Merges all items, and throws what the first one that failed threw. */
export async function pushItems(files: Files, items: readonly PromiseSettledResult<Item>[]): Promise<FileResult[]> {
  const results = [...items.filter((item) => item.status === 'rejected'), ...(await pushAll(files, fulfilled(items)))];
  throwFirst(results);
  return fulfilled(results);
}
