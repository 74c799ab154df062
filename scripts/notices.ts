import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../src/system/json.js';

/**
 * The licences of the packages that bundled files come from; they require their text in every copy. `inputs`: the
 * paths of these files. Throws if a package has no such text: then it must not be bundled.
 */
export function notices(inputs: Iterable<string>): string {
  const folders = new Set([...inputs].flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = [...folders].map(notice).toSorted();
  return `pclaude is shipped together with parts of these packages.\n${texts.join('')}`;
}

function notice(folder: string): string {
  const described: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const licence = readdirSync(folder).find((name) => /^(?:licen[cs]e|copying)(?:\.\w+)?$/i.test(name));
  if (!isRecord(described) || licence === undefined) throw new Error(`${folder}: there is no licence to ship with it`);
  return `\n${String(described['name'])} ${String(described['version'])}\n\n${readFileSync(join(folder, licence), 'utf8').trim()}\n`;
}
