import { expect, it } from 'vitest';
import { openWriter } from '../../../scripts/shell-stress/hooked.js';
import { playRound, type Round } from '../../../scripts/shell-stress/round.js';
import { createRandom } from '../../client/stampede/random.js';
import { run } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';

const ROUNDS = 20;

it(`${ROUNDS} pairs of shell commands of two sessions lose nothing, duplicate nothing, and remove what they should`, {
  timeout: 240_000,
}, async () => {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  const writers = [await openWriter(sandbox, cwd, 'one'), await openWriter(sandbox, cwd, 'other')] as const;
  const random = createRandom(Number(process.env['PCLAUDE_TEST_SEED'] ?? 20_261_130));
  const played: Round[] = [];
  for (let number = 1; number <= ROUNDS; number++) played.push(await playRound(sandbox, writers, number, random));
  for (const writer of writers) await writer.end();

  const nothing = { lost: [], aside: [], doubled: [], kept: [], codes: [0, 0], isRewritten: [false, false] };
  expect(
    played.map(({ pair, lost, aside, doubled, kept, ran }) => ({
      pair,
      lost,
      aside,
      doubled,
      kept,
      codes: ran.map(({ exitCode }) => exitCode),
      isRewritten: ran.map((each) => each.isRewritten),
    })),
  ).toEqual(played.map(({ pair }) => ({ pair, ...nothing })));
});

it('a launcher that is killed before a command, whose hooks have run, keeps what the command makes, and nothing of the earlier content', async () => {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  const skill = await sandbox.write('.claude/skills/x/SKILL.md', 'was there before\n');
  const writer = await openWriter(sandbox, cwd, 'one');
  await writer.run('echo after > ~/.claude/skills/x/SKILL.md', writer.kill);

  expect(await sandbox.read(skill)).toBe('after\n');
  const next = await openWriter(sandbox, cwd, 'next');
  await next.end();
  expect(await sandbox.read(skill)).toBe('after\n');
  const { stdout } = await run({ name: 'grep', file: '/bin/grep', args: [], env: {} }, ['-rl', 'was there before', sandbox.stateDir], {
    cwd,
    env: sandbox.env(),
  });
  expect(stdout.toString()).toBe('');
});
