import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { liveClients } from '../../../src/client/live-clients.js';
import { processStart } from '../../../src/system/process.js';
import { atEnd } from '../../support/lifetime.js';
import { createScratch, type Scratch } from '../../support/scratch.js';

it('finds the running clients, and ignores files that exited clients have left', async () => {
  const scratch = createScratch();
  const child = await start({});
  announce(scratch, child);
  announce(scratch, child, { name: 'of a pid that was used again', procStart: '1' }, 4242);
  scratch.write('shared/sessions/17.json', '{');
  scratch.write(`shared/sessions/${child.pid}.0a1b.key`, '{"peerToken":"secret"}');
  expect(liveClients(scratch.at('shared'))).toMatchObject([{ pid: child.pid, name: 'client', home: null }]);
  child.stdin?.end();
  await once(child, 'exit');
  expect(liveClients(scratch.at('shared'))).toEqual([]);
});

it('finds none if there is no such folder', () => {
  expect(liveClients(createScratch().at('shared'))).toEqual([]);
});

it.runIf(process.platform === 'linux')('returns the session in whose home a client was started', async () => {
  const scratch = createScratch();
  const home = scratch.at('state/sessions/0123456789/.claude');
  const inside = await start({ CLAUDE_CONFIG_DIR: home, PCLAUDE_HOME: home });
  const elsewhere = await start({ CLAUDE_CONFIG_DIR: scratch.at('shared'), PCLAUDE_HOME: home });
  for (const child of [inside, elsewhere]) announce(scratch, child);
  const homes = new Map(liveClients(scratch.at('shared')).map((client) => [client.pid, client.home]));
  expect(homes).toEqual(
    new Map([
      [inside.pid, home],
      [elsewhere.pid, null],
    ]),
  );
});

/** A process that waits until the test ends. */
async function start(env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', 'read line'], { env, stdio: ['pipe', 'ignore', 'ignore'] });
  atEnd(() => void child.stdin?.end());
  await once(child, 'spawn');
  return child;
}

/** The file in which a client describes itself. */
function announce(scratch: Scratch, { pid = 0 }: ChildProcess, changes: object = {}, file = pid): void {
  const record = {
    pid,
    procStart: processStart(pid),
    sessionId: 'c',
    cwd: '/',
    startedAt: 1,
    kind: 'interactive',
    name: 'client',
    ...changes,
  };
  scratch.write(`shared/sessions/${file}.json`, JSON.stringify(record));
}
