import { loadavg } from 'node:os';
import { Command, Option } from 'commander';
import * as v from 'valibot';
import { endEverything, endOnSignals } from '../test/support/lifetime.js';
import { claude, pclaude } from '../test/support/real-client.js';
import { heading, median, row } from './bench/measure.js';
import { type EditTimes, timeEdits } from './stress/edit-times.js';
import { wholeNumber } from './stress/options.js';
import { targetNames } from './stress/targets.js';

// Times several sessions that edit one file at the same time, and one session that makes all of these edits one after the other.
// Exits with 1 if a section is lost or doubled.
const GOAL = 'at most 3';

const optionsSchema = v.object({
  sessions: v.number(),
  edits: v.number(),
  rounds: v.number(),
  target: v.picklist(targetNames),
  program: v.picklist(['pclaude', 'claude']),
});

const { sessions, edits, rounds, target, program } = v.parse(
  optionsSchema,
  new Command('turn-times')
    .description('Times how long sessions take that edit one file at the same time, against one session with all of their edits.')
    .option('--sessions <count>', 'how many sessions edit at the same time', wholeNumber, 8)
    .option('--edits <count>', 'how many edits each of them makes', wholeNumber, 25)
    .option('--rounds <count>', 'how often both are timed, in turn; the medians count', wholeNumber, 1)
    .addOption(new Option('--target <name>', 'which file').choices(targetNames).default('memory'))
    .addOption(new Option('--program <name>', 'what the sessions are').choices(['pclaude', 'claude']).default('pclaude'))
    .parse(process.argv)
    .opts(),
);

endOnSignals();
heading(
  `${sessions} sessions with ${edits} edits each of one file (${target}) / one session with the same ${sessions * edits} edits`,
  `${program}, ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds`}`,
);
const one: EditTimes[] = [];
const many: EditTimes[] = [];
for (let round = 1; round <= rounds; round++) {
  one.push(await play('one session', 1));
  many.push(await play(`${sessions} sessions`, sessions));
}
row(
  'whole run, launch and end included',
  ratio(({ whole }) => whole),
  GOAL,
);
row(
  'editing, once all have read',
  ratio(({ editing }) => editing),
  GOAL,
);
row(
  `editing / ${sessions} x the first ${edits} edits of the one session`,
  ratio(
    ({ editing }) => editing,
    ({ beginning }) => beginning * sessions,
  ),
  'all conversations are short then',
);

/** Times one launch and prints its times, the load of the machine, and the sections counted. */
async function play(name: string, count: number): Promise<EditTimes> {
  try {
    const before = load();
    const times = await timeEdits({
      program: program === 'claude' ? claude : pclaude,
      target,
      sessions: count,
      edits: sessions * edits,
      mark: edits,
    });
    const { whole, editing, kept, surplus } = times;
    process.stdout.write(
      `${name.padEnd(14)}whole ${seconds(whole)}, editing ${seconds(editing)}, kept ${kept} of ${sessions * edits}, surplus ${surplus}, load ${before} to ${load()}\n`,
    );
    if (kept < sessions * edits || surplus > 0) process.exitCode = 1;
    return times;
  } finally {
    await endEverything();
  }
}

/** The ratio of a time of the many sessions to that of the one, or to `divisor` of the one. */
function ratio(value: (times: EditTimes) => number, divisor = value): string {
  return (median(many.map(value)) / median(one.map(divisor))).toFixed(2);
}

function seconds(time: number): string {
  return `${(time / 1_000).toFixed(1)} s`;
}

function load(): string {
  return loadavg()[0]?.toFixed(1) ?? '';
}
