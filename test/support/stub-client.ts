import { chmod } from 'node:fs/promises';
import type { Environment } from './real-client.js';
import type { Sandbox } from './sandbox.js';

/** A client that is a shell script: it costs a few milliseconds, so hundreds fit into a test. */
export interface StubClient {
  /** The variables with which a launcher uses the script as the client. */
  readonly env: Environment;
}

/** Makes such a client from shell code. `$CLAUDE_CONFIG_DIR` is the home of its session, `$PPID` its launcher. */
export async function createStubClient(sandbox: Sandbox, code: string): Promise<StubClient> {
  const file = await sandbox.write('stub-client', `#!/bin/sh\nset -e\n${code}\n`);
  await chmod(file, 0o755);
  // No login is shared with it, so the launcher does not ask for its version.
  return { env: { PCLAUDE_CLAUDE_PATH: file } };
}
