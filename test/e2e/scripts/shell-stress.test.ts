import { expect, it } from 'vitest';
import { openWriter, type Writer } from '../../../scripts/shell-stress/hooked.js';
import { NOTHING, playEditedRound, playRound, type Round } from '../../../scripts/shell-stress/round.js';
import { createRandom, type Random } from '../../client/stampede/random.js';
import { run } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';

type Play = (sandbox: Sandbox, writers: readonly [Writer, Writer], number: number, random: Random) => Promise<Round>;

async function playAll(rounds: number, play: Play): Promise<Round[]> {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  const writers = [await openWriter(sandbox, cwd, 'one'), await openWriter(sandbox, cwd, 'other')] as const;
  const random = createRandom(Number(process.env['PCLAUDE_TEST_SEED'] ?? 20_261_130));
  const played: Round[] = [];
  for (let number = 1; number <= rounds; number++) played.push(await play(sandbox, writers, number, random));
  for (const writer of writers) await writer.end();
  return played;
}

it.each<readonly [what: string, rounds: number, play: Play]>([
  ['pairs of shell commands of two sessions', 20, playRound],
  ['shell commands in whose call an external writer saves the file', 12, playEditedRound],
])('%s lose nothing, duplicate nothing, and remove what they should: %i rounds', { timeout: 240_000 }, async (_what, rounds, play) => {
  const played = await playAll(rounds, play);

  const nothing = { ...NOTHING, codes: [0, 0], isRewritten: [false, false] };
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
  await writer.run('echo after > ~/.claude/skills/x/SKILL.md', { ready: writer.kill });

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
