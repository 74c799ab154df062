import { Command, Option } from 'commander';
import * as v from 'valibot';
import { createRandom } from '../test/client/stampede/random.js';
import { endEverything, endOnSignals } from '../test/support/lifetime.js';
import { createSandbox } from '../test/support/sandbox.js';
import { median, quantile } from './bench/measure.js';
import { openWriter, plainWriter } from './shell-stress/hooked.js';
import { playEditedRound, playRound, type Round } from './shell-stress/round.js';
import { wholeNumber } from './stress/options.js';

// Two sessions, or a session and a program without hooks, each run a shell command that writes the same file, at about the same moment,
// in many rounds; or an editor or plain claude saves the file in the middle of a session's command. Counts entries that are lost, doubled
// or not removed. Uses real launchers and hook programs, but no client. Exits with 1 if there are any.
const optionsSchema = v.object({
  rounds: v.number(),
  seed: v.number(),
  against: v.picklist(['session', 'plain', 'editor']),
  skills: v.number(),
  json: v.boolean(),
});

const { rounds, seed, against, skills, json } = v.parse(
  optionsSchema,
  new Command('shell-stress')
    .description('Pairs of shell commands write one shared file at about the same moment: counts what is lost, doubled or not removed.')
    .option('--rounds <count>', 'how many pairs', wholeNumber, 100)
    .option('--seed <number>', 'the same seed plays the same commands', wholeNumber, 20_261_130)
    .addOption(
      new Option('--against <whom>', 'who runs the second command; editor: a program that saves the file in the middle of the first one')
        .choices(['session', 'plain', 'editor'])
        .default('session'),
    )
    .option('--skills <count>', 'how many other skills there are', wholeNumber, 0)
    .option('--json', 'print all rounds as JSON', false)
    .parse(process.argv)
    .opts(),
);

/** The number of rounds per launch: folders of earlier rounds are removed between launches. */
const LAUNCH = 50;

endOnSignals();
const random = createRandom(seed);
const played: Round[] = [];
/** The times of the hooks of commands that name nothing shared, in milliseconds. */
const apart: number[] = [];
process.once('exit', report);
for (let first = 1; first <= rounds; first += LAUNCH) {
  const sandbox = await createSandbox();
  const cwd = await sandbox.repo('project');
  for (let number = 1; number <= skills; number++)
    await sandbox.write(`.claude/skills/s${number}/SKILL.md`, `---\nname: s${number}\n---\nSkill ${number}.\n`);
  const one = await openWriter(sandbox, cwd, 'one');
  const other = against === 'plain' ? plainWriter(sandbox, cwd, 'other') : await openWriter(sandbox, cwd, 'other');
  for (let number = first; number < Math.min(first + LAUNCH, rounds + 1); number++) {
    const round = await (against === 'editor' ? playEditedRound : playRound)(sandbox, [one, other], number, random);
    played.push(round);
    apart.push((await one.run(`echo nothing that is shared ${number}`)).hooks);
    if (isWrong(round))
      process.stderr.write(
        `${number}: ${JSON.stringify({ ...round, ran: round.ran.map(({ isRewritten, exitCode, stderr }) => ({ isRewritten, exitCode, stderr })) })}\n`,
      );
  }
  for (const writer of [one, other]) await writer.end();
  await endEverything();
}

function isWrong({ lost, aside, doubled, kept, ran }: Round): boolean {
  return lost.length + aside.length + doubled.length + kept.length > 0 || ran.some(({ exitCode }) => exitCode !== 0);
}

function report(): void {
  if (json) return void process.stdout.write(`${JSON.stringify({ seed, against, played })}\n`);
  const sum = (count: (round: Round) => number): number => played.reduce((total, round) => total + count(round), 0);
  const hooks = played.flatMap(({ ran }) => ran.map((each) => each.hooks)).filter((time) => time > 0);
  const rows: readonly (readonly [string, string | number])[] = [
    ['rounds', played.length],
    ['lost', sum(({ lost }) => lost.length)],
    ['in a conflict copy only', sum(({ aside }) => aside.length)],
    ['doubled', sum(({ doubled }) => doubled.length)],
    ['removed, and there all the same', sum(({ kept }) => kept.length)],
    ['removed from an older version, and both kept', sum(({ inDoubt }) => inDoubt.length)],
    ['overwritten before a hook could see it', sum(({ before }) => before.lost.length + before.kept.length)],
    ['commands that failed', sum(({ ran }) => ran.filter(({ exitCode }) => exitCode !== 0).length)],
    ['commands that a hook has changed', sum(({ ran }) => ran.filter(({ isRewritten }) => isRewritten).length)],
    ['hooks of a command, median and p90', `${median(hooks).toFixed(1)}, ${quantile(hooks, 0.9).toFixed(1)} ms`],
    ['hooks of a command that names nothing shared', `${median(apart).toFixed(1)}, ${quantile(apart, 0.9).toFixed(1)} ms`],
  ];
  for (const [what, value] of rows) process.stdout.write(`${what.padEnd(48)}${value}\n`);
  if (played.some(isWrong)) process.exitCode = 1;
}
