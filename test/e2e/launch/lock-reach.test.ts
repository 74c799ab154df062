import { describe, expect, test } from 'vitest';
import { preloading } from '../../support/disk.js';
import { pclaude, pclaudectl } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { createStubClient } from '../../support/stub-client.js';

/** Node code that makes the disk of a folder look like a mount of NFS with `nolock`. */
function mountedWithoutLocks(folder: string): string {
  const line = `90 21 0:48 / ${folder} rw - nfs server:/export rw,nolock\\n`;
  return `
    import fs from 'node:fs';
    const { readFileSync } = fs;
    fs.readFileSync = (path, ...more) => (path === '/proc/self/mountinfo' ? readFileSync(path, ...more) + '${line}' : readFileSync(path, ...more));
  `;
}

/** Node code that makes every kernel lock succeed, `when` this condition is true of the process. */
function granting(when: string): string {
  return `
    const { dlopen } = process;
    process.dlopen = (module, ...more) => {
      dlopen(module, ...more);
      if (${when}) module.exports = { ...module.exports, tryLock: () => {} };
    };
  `;
}

/** The other process with which doctor tests locks runs code from its command line. */
const OTHER = "process.execArgv.includes('-e')";

interface Launches {
  readonly sandbox: Sandbox;
  readonly launch: () => Promise<string>;
  readonly doctor: () => Promise<string>;
}

async function onDisk(code: (sandbox: Sandbox) => string): Promise<Launches> {
  const sandbox = await createSandbox();
  const client = await createStubClient(sandbox, 'exit 0');
  const cwd = await sandbox.repo('project');
  const env = { ...sandbox.env(), ...client.env, ...preloading(code(sandbox)) };
  return {
    sandbox,
    launch: async () => (await run(pclaude, [], { cwd, env })).stderr,
    doctor: async () => {
      const { stdout } = await run(pclaudectl, ['doctor', '--json'], { cwd, env });
      const { findings } = JSON.parse(stdout.toString());
      return findings.flatMap(({ check, level, what }: Record<string, string>) => (check === 'kernel-locks' ? [`${level} ${what}`] : []));
    },
  };
}

describe('a state dir on a disk', () => {
  test('where locks exclude only the processes of one machine: a launch reports that once, and doctor each time', async () => {
    const { sandbox, launch, doctor } = await onDisk(({ home }) => mountedWithoutLocks(home));
    expect([await launch(), await launch()]).toEqual([
      `pclaude: ${sandbox.stateDir} is on ${sandbox.home}, where locks do not reach other machines: use it from one machine only, or see pclaudectl doctor\n`,
      '',
    ]);
    expect(await doctor()).toEqual([
      `warning is on ${sandbox.home}, where locks do not reach other machines: sessions of two machines can overwrite each other`,
    ]);
  });

  test('where locks exclude nothing: a launch reports that once, and doctor each time', async () => {
    const { sandbox, launch, doctor } = await onDisk(() => granting('true'));
    expect([await launch(), await launch()]).toEqual([
      `pclaude: ${sandbox.stateDir} is on a disk where locks exclude nothing, so sessions can overwrite each other: set PCLAUDE_STATE_DIR to a local folder; see pclaudectl doctor\n`,
      '',
    ]);
    expect(await doctor()).toEqual(['error its disk gave one lock to 2 processes']);
  });

  test('where only another process gets a lock that is held: doctor finds that with two processes', async () => {
    const { launch, doctor } = await onDisk(() => granting(OTHER));
    expect(await launch()).toBe('');
    expect(await doctor()).toEqual(['error its disk gave one lock to 2 processes']);
  });
});
