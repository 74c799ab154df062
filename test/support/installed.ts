import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { clientPath, pclaude, pclaudectl, type Program } from './real-client.js';
import type { Sandbox } from './sandbox.js';

/** pclaude and the real client as npm installs them: links in one folder. */
export interface Installed {
  /** The folder, for PATH. */
  readonly folder: string;
  readonly pclaude: Program;
}

/** Installs both below a temporary home. `pclaude` is started by its link, as shells and other programs start it. */
export async function install({ at }: Sandbox): Promise<Installed> {
  const folder = at('npm', 'bin');
  await mkdir(folder, { recursive: true });
  await symlink(pclaude.args[0] ?? '', join(folder, 'pclaude'));
  await symlink(pclaudectl.args[0] ?? '', join(folder, 'pclaudectl'));
  await symlink(clientPath(), join(folder, 'claude'));
  return { folder, pclaude: { name: 'pclaude', file: join(folder, 'pclaude'), args: [], env: {} } };
}
