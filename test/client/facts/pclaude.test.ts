import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sharesLogin } from '../../../src/client/version.js';
import { lastRequests, prompt, type Step, toolResults } from '../../support/messages-api.js';
import { startOAuthProxy } from '../../support/oauth-proxy.js';
import { claude, pclaude, type Environment } from '../../support/real-client.js';
import { run, type RunResult } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';
import { editMemory, readMemory, writeMemory } from '../memory-calls.js';
import { firstEntry, memoryProject } from '../memory-project.js';

function line(n: number): string {
  return `- [Note ${n}](note-${n}.md) — what session ${n} found\n`;
}

/** Makes a note, and adds its line to the index at the same moment as the other session. */
function noteAndLine(n: number): Step[] {
  return [
    readMemory('MEMORY.md'),
    writeMemory(`note-${n}.md`, `by ${n}\n`),
    { barrier: 'both have read', parties: 2 },
    editMemory('MEMORY.md', firstEntry, firstEntry + line(n)),
  ];
}

test('pclaude: memory has everything that two sessions write to it at the same moment', async () => {
  const { api, cwd, env, readMemoryFile, memoryFiles } = await memoryProject();
  const ended = await Promise.all([1, 2].map(async (n) => run(pclaude, ['-p', prompt('Take a note', noteAndLine(n))], { cwd, env })));

  // Some clients print news.
  const outcomes = ended.map(({ exitCode, stderr }) => [exitCode, /^pclaude:.*/m.exec(stderr)?.[0]]);
  expect(outcomes, 'pclaude no longer works with this client').toEqual([1, 2].map(() => [0, undefined]));
  expect(await memoryFiles()).toEqual(['MEMORY.md', 'note-1.md', 'note-2.md', 'start.md']);
  const index = await readMemoryFile('MEMORY.md');
  // Older clients refuse the second edit; that session then reads again.
  const written = lastRequests(api.requests)
    .flatMap(toolResults)
    .filter(({ tool, isError }) => tool === 'Edit' && !isError);
  const saved = [1, 2].filter((n) => written.some(({ input }) => JSON.stringify(input).includes(`note-${n}.md`)));
  expect(saved, 'both edits were refused').not.toEqual([]);
  expect(
    [1, 2].filter((n) => index.includes(line(n))),
    'a line of the index was lost',
  ).toEqual(saved);
  expect(api.problems).toEqual([]);
});

test('pclaude: sessions share one login, or run without a private config dir if the client is too old for that, and report it', async () => {
  const plain = await withLogin();
  const version = /^[\d.]+/.exec((await run(claude, ['--version'], plain)).stdout.toString())?.[0];
  const isNew = sharesLogin(version);
  const refusal = `pclaude: Claude Code ${version} would log out your other sessions from a private config dir, so it runs without one; update it (2.1.144 or later), or set PCLAUDE_OLD_CLIENT=isolate`;

  const { exitCode, stdout, stderr } = await plain.launch();
  expect(
    [exitCode, stdout.toString(), /^pclaude:.*/m.exec(stderr)?.[0]],
    'pclaude no longer handles this client as docs/configuration.md says',
  ).toEqual([0, 'done\n', isNew ? undefined : refusal]);
  expect(await plain.sessions(), 'oldClient: plain').toBe(isNew ? 1 : 0);

  const isolated = await withLogin();
  expect(await isolated.launch({ PCLAUDE_OLD_CLIENT: 'isolate' })).toMatchObject({
    exitCode: 0,
    stderr: expect.not.stringContaining('pclaude:'),
  });
  expect(await isolated.sessions(), 'oldClient: isolate').toBe(1);
});

/** A user who is logged in with an expired token. */
async function withLogin() {
  const sandbox = await createSandbox();
  const proxy = await startOAuthProxy();
  const cwd = await sandbox.repo('project');
  await sandbox.seedClaude({ trust: [cwd] });
  await sandbox.write('.claude/.credentials.json', proxy.credentials());
  const env = sandbox.env({ extra: proxy.env });
  return {
    cwd,
    env,
    launch: async (extra: Environment = {}): Promise<RunResult> => run(pclaude, ['-p', 'hello'], { cwd, env: { ...env, ...extra } }),
    /** The number of sessions that were created. */
    sessions: async (): Promise<number> => (await readdir(join(sandbox.stateDir, 'sessions')).catch(() => [])).length,
  };
}
