import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listSessions } from '../../../src/session/list.js';
import { pclaude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';
import { createStubClient } from '../../support/stub-client.js';

test('a session records its repository, or that it has none', async () => {
  const sandbox = await createSandbox();
  const env = sandbox.env({ extra: (await createStubClient(sandbox, 'true')).env });
  const repo = await sandbox.repo('project');
  const [worktree = ''] = await sandbox.worktrees('project', 1);
  mkdirSync(sandbox.at('outside'));
  for (const cwd of [repo, worktree, sandbox.at('outside')])
    expect(await run(pclaude, ['-p', 'hello'], { cwd, env })).toMatchObject({ exitCode: 0, stderr: '' });

  const [main, linked, outside] = listSessions(sandbox.stateDir).sessions.map(({ manifest }) => manifest.repository);
  expect(main).toEqual({ key: expect.stringMatching(/^[0-9a-f]{16}$/), worktree: repo });
  expect(linked).toEqual({ key: main?.key, worktree });
  expect(outside).toBeNull();
});
