import { basename, dirname } from 'node:path';
import type { Layout } from '../layout/layout.js';
import { isSecret } from '../layout/match.js';
import { type SharedDir, sharedPath, STATE_FILE } from '../layout/shared-dir.js';
import { CORRUPT } from './set-aside.js';
import type { Files } from './files.js';

/** Whether what stands at a real path, or was set aside there, may hold tokens or keys. */
export function isSecretPath(files: Files, layout: Layout, shared: SharedDir, path: string): boolean {
  const [plain = path] = path.split(CORRUPT);
  const known = [STATE_FILE, ...files.list(shared.dir)].filter((name) => isSecret(layout, name));
  if (known.some((name) => files.realPath(sharedPath(shared, name)) === plain)) return true;
  return dirname(plain) === files.realPath(shared.dir) && isSecret(layout, basename(plain));
}
