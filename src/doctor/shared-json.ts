import { type ParseError, parse } from 'jsonc-parser';
import { sharedPath } from '../layout/shared-dir.js';
import { realFiles } from '../sync/files.js';
import { parses } from '../sync/set-aside.js';
import { type Check, type Finding, finding } from './check.js';
import { topJson } from './top-json.js';

/** What the client rewrites as a whole says something. */
export const sharedJson: Check = {
  name: 'shared-json',
  fine: 'the state file, settings and key bindings are valid JSON',
  needs: 'shared dir',
  find: ({ shared, layout }) =>
    topJson(layout).flatMap((name): Finding[] => {
      const path = sharedPath(shared, name);
      const content = realFiles.read(path);
      if (content === null || parses(layout.drivers, name, content)) return [];
      return [finding('error', `is not valid JSON (line ${badLine(content)})`, 'correct it; else the next merge sets it aside and builds it anew', { path })];
    }),
};

function badLine(content: Uint8Array): number {
  const text = Buffer.from(content).toString('utf8');
  const errors: ParseError[] = [];
  parse(text, errors, { allowTrailingComma: true });
  return text.slice(0, errors[0]?.offset ?? 0).split('\n').length;
}
