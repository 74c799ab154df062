import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { nearestOthers, othersOn, workingFolderOf } from '../../../../src/launch/others/others.js';
import { processStart } from '../../../../src/system/process.js';
import { git } from '../../../support/git.js';
import { atEnd } from '../../../support/lifetime.js';
import { createSandbox, type Sandbox } from '../../../support/sandbox.js';
import { createScratch } from '../../../support/scratch.js';
import { openSession } from '../../../support/session.js';

describe('a running session', () => {
  it('is found in its own working tree, in another one, in another clone, and elsewhere', async () => {
    const sandbox = await createSandbox();
    const repo = await sandbox.repo('project');
    const [worktree = ''] = await sandbox.worktrees('project', 1);
    const clones = await Promise.all(['clone-1', 'clone-2'].map(async (name) => cloneOf(sandbox, repo, name)));
    const unrelated = await sandbox.repo('unrelated');
    const proximityFrom = sessionIn(clones[0] ?? '');
    expect([clones[0], clones[1], repo, worktree, unrelated, sandbox.home].map((folder) => proximityFrom(folder ?? ''))).toEqual([
      'working-tree',
      'repository',
      'repository',
      'repository',
      'elsewhere',
      'elsewhere',
    ]);
  });

  it('is not found after it has ended, even if it is not merged yet', () => {
    const scratch = createScratch();
    const { stateDir, lock } = openSession(scratch, '0123456789');
    expect(othersOn(stateDir, scratch.at('shared'))).toEqual([{ kind: 'session', folders: [{ folder: scratch.root, repository: null }] }]);
    lock.release();
    expect(othersOn(stateDir, scratch.at('shared'))).toEqual([]);
  });

  it('is counted even if its manifest cannot be read', () => {
    const scratch = createScratch();
    const { stateDir, lock, paths } = openSession(scratch, '0123456789');
    atEnd(() => lock.release());
    scratch.write(paths.manifest, '{');
    expect(othersOn(stateDir, scratch.at('shared'))).toEqual([{ kind: 'session', folders: [] }]);
  });
});

describe.runIf(process.platform === 'linux')('a client of a session', () => {
  it('determines the folder in which the session works now, even if it works only in the background', async () => {
    const scratch = createScratch();
    const { stateDir, paths, lock } = openSession(scratch, '0123456789');
    const child = spawn('/bin/sh', ['-c', 'read line'], {
      env: { CLAUDE_CONFIG_DIR: paths.home, PCLAUDE_HOME: paths.home },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    atEnd(() => void child.stdin.end());
    await once(child, 'spawn');
    const { pid = 0 } = child;
    const record = { pid, procStart: processStart(pid), sessionId: 'c', cwd: scratch.folder('elsewhere'), startedAt: 1, kind: 'bg' };
    scratch.write(`shared/sessions/${pid}.json`, JSON.stringify(record));
    const met = [{ kind: 'session', folders: [{ folder: scratch.at('elsewhere'), repository: null }] }];
    expect(othersOn(stateDir, scratch.at('shared'))).toEqual(met);
    lock.release();
    expect(othersOn(stateDir, scratch.at('shared'))).toEqual(met);
  });
});

async function cloneOf(sandbox: Sandbox, repo: string, name: string): Promise<string> {
  await git(sandbox.home, 'clone', '--quiet', repo, name);
  return sandbox.at(name);
}

/** The proximity of a launch in some folder, while a session runs in this one. */
function sessionIn(cwd: string): (folder: string) => string | undefined {
  const scratch = createScratch();
  const { stateDir, lock } = openSession(scratch, '0123456789', { cwd, repository: workingFolderOf(cwd).repository });
  atEnd(() => lock.release());
  return (folder) => nearestOthers(workingFolderOf(folder), othersOn(stateDir, scratch.at('shared')))?.proximity;
}
