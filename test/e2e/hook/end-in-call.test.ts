import { EventEmitter, once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openWriter } from '../../../scripts/shell-stress/hooked.js';
import { serve } from '../../../src/sync/turns/server.js';
import { turnsOf } from '../../../src/sync/turns/turns.js';
import { atEnd } from '../../support/lifetime.js';
import { processesWithHome } from '../../support/processes.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { eventually } from '../../support/wait.js';

const INDEX = '.claude/skills/x/_index.md';

it('a client that exits while a command is verified: the launcher restores what the command has overwritten, and then ends', async () => {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  await sandbox.write(INDEX, '# Index\n\n- one\n');
  const [read, gate, copy] = [sandbox.at('read'), await sandbox.write('gate', ''), sandbox.at('copy')];
  const [other, session, blocker] = [await openWriter(sandbox, cwd, 'other'), await openWriter(sandbox, cwd, 'one'), await block(sandbox)];
  // The name of the file is not in the text of the command, so the command does not take its turn.
  const command = [
    `F=$(find ~/.claude/skills -name _index.md); cp $F ${copy}; echo '- by the command' >> ${copy}; touch ${read}`,
    `while [ -e ${gate} ]; do sleep 0.02; done; cp ${copy} $F`,
  ].join('\n');
  const call = session.run(command, { done: blocker.take });
  call.catch(() => undefined);
  await eventually(() => existsSync(read), 'the read of the command');
  await other.run(`echo '- of the other' >> ~/${INDEX}`);
  rmSync(gate);
  await blocker.isWaitedFor;

  const ended = session.end();
  const clients = async (): Promise<number> => (await processesWithHome(sandbox.home)).filter((each) => each.command === 'cat').length;
  await eventually(async () => (await clients()) === 1, 'the exit of the client');
  blocker.giveBack();
  await ended;
  expect((await sandbox.read(INDEX)).split('\n').toSorted()).toEqual(
    ['', '', '# Index', '- by the command', '- of the other', '- one'].toSorted(),
  );
  await other.end();
});

interface Blocker {
  /** Takes the turn of the file. */
  readonly take: () => Promise<void>;
  /** Resolves when another process waits for it. */
  readonly isWaitedFor: Promise<void>;
  readonly giveBack: () => void;
}

async function block(sandbox: Sandbox): Promise<Blocker> {
  const socket = join(sandbox.home, 'blocker.sock');
  const { turns, queue } = turnsOf({ stateDir: sandbox.stateDir, socket });
  const events = new EventEmitter();
  const close = await serve(socket, {
    answer: async () => undefined,
    queue: {
      ...queue,
      join: (name, waiter) => {
        events.emit('waits');
        return queue.join(name, waiter);
      },
    },
  });
  atEnd(close);
  return {
    take: async () => turns.take({ call: 'blocker', files: [sandbox.at(INDEX)], lease: 3_600_000 }),
    isWaitedFor: once(events, 'waits').then(() => undefined),
    giveBack: () => turns.giveBack('blocker'),
  };
}
