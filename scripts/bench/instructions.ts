import { spawn, spawnSync } from 'node:child_process';
import { pclaude } from '../../test/support/real-client.js';
import { openHomes } from '../../test/support/project.js';
import { createSandbox, type Sandbox } from '../../test/support/sandbox.js';
import { createStubClient } from '../../test/support/stub-client.js';
import { type Case, expectThat, type Part } from './part.js';

const VALGRIND = 'valgrind';

/** Counts instructions with valgrind, which runs a program thirty times slower: one round is enough, because counts hardly vary. */
export const instructions: Part = {
  title: 'Instructions, counted by valgrind',
  rounds: 1,
  warmUp: 0,
  missing: () => (spawnSync(VALGRIND, ['--version']).status === 0 ? undefined : 'there is no valgrind here'),
  rows: [
    {
      id: 'session-instructions',
      what: 'pclaude with a client that ends at once / `node -e 0`, instructions in user mode',
      unit: 'ratio',
      checked: true,
      of: 'both.session',
      per: 'both.node',
    },
  ],
  async open() {
    return [await both(await createSandbox())];
  },
};

/** The two at the same time, because they do not disturb each other's counts. */
async function both(sandbox: Sandbox): Promise<Case> {
  await sandbox.write('.claude/settings.json', '{}\n');
  const stub = await createStubClient(sandbox, '[ -d "$CLAUDE_CONFIG_DIR/plans" ] && echo ran > "$HOME/ran"');
  const env = { ...sandbox.env(), ...stub.env, ANTHROPIC_API_KEY: 'none' };
  return {
    name: 'both',
    async measure() {
      await sandbox.write('ran', '');
      const [session, node] = await Promise.all([
        count([pclaude.file, ...pclaude.args, 'hello'], sandbox.home, env),
        count([process.execPath, '-e', '0'], sandbox.home, sandbox.env()),
      ]);
      return { session, node };
    },
    async verify() {
      expectThat((await sandbox.read('ran')) === 'ran\n', 'the client did not run');
      expectThat((await openHomes(sandbox)).length === 0, 'the session was not closed');
    },
  };
}

async function count(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const options = ['--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null'];
  const child = spawn(VALGRIND, [...options, ...command], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  const status = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  expectThat(status === 0, `${command.join(' ')} exited with ${status} under valgrind: ${text}`);
  return parseCount(text);
}

/** Reads the number of instructions from what cachegrind prints. Throws unless it is there once. */
export function parseCount(text: string): number {
  const found = [...text.matchAll(/^==\d+== I +refs: +([\d,]+)$/gm)];
  if (found.length !== 1) throw new Error(`valgrind did not print one count of instructions: ${text}`);
  return Number(found[0]?.[1]?.replaceAll(',', ''));
}
