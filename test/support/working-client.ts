import { readFileSync } from 'node:fs';
import { pclaude } from './real-client.js';
import { type LiveChild, start } from './run.js';
import { createSandbox, type Sandbox } from './sandbox.js';
import { createStubClient, type StubClient } from './stub-client.js';
import { eventually } from './wait.js';

/** A client that changes a setting, prints its pid, waits for the file `go`, changes another setting, and exits. */
export const WORKING_CLIENT = `
cd "$CLAUDE_CONFIG_DIR"
put() { printf '{"first":1,%s}' "$1" > new.tmp && mv new.tmp settings.json; }
put '"early":1'
echo $$
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
put '"early":1,"late":1'
`;

/** A user whose client works until the file `go` exists. */
export interface User {
  readonly sandbox: Sandbox;
  readonly stub: StubClient;
  readonly launch: () => LiveChild;
  readonly settings: () => unknown;
}

/** Makes a user whose settings are `{"first":1}`. */
export async function createUser(extra: Readonly<Record<string, string>> = {}): Promise<User> {
  const sandbox = await createSandbox();
  await sandbox.write('.claude/settings.json', '{"first":1}');
  const stub = await createStubClient(sandbox, WORKING_CLIENT);
  const options = { cwd: sandbox.home, timeout: 180_000, env: sandbox.env({ extra: { ...stub.env, ...extra } }) };
  return {
    sandbox,
    stub,
    launch: () => start(pclaude, [], options),
    settings: () => JSON.parse(readFileSync(sandbox.at('.claude/settings.json'), 'utf8')),
  };
}

/** Resolves, when the client has changed its first setting, to its pid. */
export async function ready(child: LiveChild): Promise<number> {
  return eventually(() => Number(child.stdout().toString()) || undefined, 'the client has begun');
}
