import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from '../system/attempt.js';

/** The transcript of a conversation in a shared dir, whatever its project; null before the first message. */
export function transcriptOf(sharedDir: string, conversation: string): string | null {
  const projects = join(sharedDir, 'projects');
  const slugs = attempt(() => readdirSync(projects));
  if (slugs.status === 'rejected') return null;
  return slugs.value.map((slug) => join(projects, slug, `${conversation}.jsonl`)).find((path) => existsSync(path)) ?? null;
}
