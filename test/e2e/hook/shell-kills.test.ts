import { existsSync, readdirSync, rmSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWriter } from '../../../scripts/shell-stress/hooked.js';
import { filesHolding } from '../../support/holding-text.js';
import { processesWithHome } from '../../support/processes.js';
import { createSandbox } from '../../support/sandbox.js';
import { eventually } from '../../support/wait.js';
import { openGated, reachesCommand, runsAt, steps, victims } from './gated-call.js';

const INDEX = '.claude/skills/x/_index.md';
/** A file of which a snapshot has a copy, but which no command writes, so that the log has none. */
const BYSTANDER = 'only in a file that is not written';

const cells = victims.flatMap((victim) => steps.filter((step) => runsAt(victim, step)).map((step) => ({ victim, step })));

describe('SIGKILL in the call of a shell command', () => {
  it.each(cells)(
    'of the $victim $step: all writes are there once, and no snapshot is left',
    { timeout: 240_000 },
    async ({ victim, step }) => {
      const sandbox = await createSandbox();
      const cwd = await sandbox.repo('project');
      await sandbox.write('.claude/skills/y/SKILL.md', `${BYSTANDER}\n`);
      await sandbox.write(INDEX, '# Index\n\n- one\n- two\n- three\n');
      const [read, gate, copy] = [sandbox.at('read'), await sandbox.write('gate', ''), sandbox.at('copy')];
      const command = [
        `sed '/^- two$/d' ~/${INDEX} > ${copy}; echo '- by the command' >> ${copy}; touch ${read}`,
        `while [ -e ${gate} ]; do sleep 0.02; done; cp ${copy} ~/${INDEX}`,
      ].join('\n');
      const other = await openWriter(sandbox, cwd, 'other');
      const session = await openGated(sandbox, cwd);
      await other.run(`echo '- earlier' >> ~/${INDEX}`);
      const held: string[][] = [];
      let isKilled = false;
      await session.call(command, step, victim, {
        hasRead: async () => void (await eventually(() => existsSync(read), 'the read of the command', { timeout: 60_000 })),
        letGo: () => rmSync(gate),
        async killed() {
          isKilled = true;
          held.push(await filesHolding(sandbox, BYSTANDER));
        },
      });
      await other.run(`echo '- later' >> ~/${INDEX}`);
      await session.end();
      await other.end();
      const next = await openWriter(sandbox, cwd, 'next');
      await next.end();
      await eventually(async () => (await processesWithHome(sandbox.home)).length === 0, 'the end of all processes', { timeout: 60_000 });

      expect(isKilled).toBe(true);
      const lines = reachesCommand(victim, step)
        ? ['- one', '- three', '- earlier', '- by the command']
        : ['- one', '- two', '- three', '- earlier'];
      expect(await sandbox.read(INDEX)).toBe(`${['# Index', '', ...lines, '- later'].join('\n')}\n`);
      expect(readdirSync(sandbox.at('.claude/skills/x'))).toEqual(['_index.md']);
      expect([...held, await filesHolding(sandbox, BYSTANDER)]).toEqual([[], []]);
      expect(readdirSync(`${sandbox.stateDir}/open`)).toEqual([]);
      expect(readdirSync(`${sandbox.stateDir}/turns`).filter((name) => name !== 'take-over')).toEqual([]);
    },
  );
});

it('a call that names files with secrets leaves no copy of them: not while it runs, not afterwards, not in the log', {
  timeout: 240_000,
}, async () => {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  const secrets = {
    'settings.json': 'secret-of-the-settings',
    '.credentials.json': 'secret-of-the-login',
    '.claude.json': 'secret-of-the-state',
  };
  await sandbox.write('.claude/settings.json', JSON.stringify({ env: { KEY: secrets['settings.json'] } }));
  await sandbox.write(
    '.claude/.credentials.json',
    JSON.stringify({ claudeAiOauth: { accessToken: secrets['.credentials.json'], expiresAt: 9e12 } }),
  );
  await sandbox.write('.claude.json', JSON.stringify({ mcpServers: { a: { command: 'a', env: { KEY: secrets['.claude.json'] } } } }));
  await sandbox.write('.claude/skills/x/SKILL.md', 'one\n');
  await symlink('../../.credentials.json', sandbox.at('.claude/skills/x/link.md'));
  const writer = await openWriter(sandbox, cwd, 'one');
  const holders = async (): Promise<Record<string, string[]>> =>
    Object.fromEntries(
      await Promise.all(Object.entries(secrets).map(async ([name, text]) => [name, await filesHolding(sandbox, text)] as const)),
    );
  // The home has copies for the client, and a sync at the start keeps the last good version of each.
  const good = join(sandbox.stateDir, 'good');
  await eventually(
    () => readdirSync(good, { recursive: true }).filter((path) => basename(String(path)) in secrets).length === 3,
    'the good versions',
  );
  const before = await holders();
  const during: Record<string, string[]>[] = [];
  const note = async (): Promise<void> => void during.push(await holders());
  const names = '~/.claude/settings.json ~/.claude/.credentials.json ~/.claude.json ~/.claude/skills/x/link.md';
  await writer.run(`cat ${names} > /dev/null; echo two >> ~/.claude/skills/x/SKILL.md`, {
    ready: note,
    done: note,
  });
  during.push(await holders());

  expect(during).toEqual(during.map(() => before));
  await writer.end();
  const places = Object.values(await holders()).flat();
  expect(places.filter((path) => !/\/pclaude\/(?:sessions\/\w+\/(?:\.claude|base)|good)\//.test(path))).toEqual([]);
});
