import { loadavg } from 'node:os';
import { endEverything, endOnSignals } from '../test/support/lifetime.js';
import { claude, pclaude } from '../test/support/real-client.js';
import { createSandbox } from '../test/support/sandbox.js';
import { endBusyLoops, startBusyLoops } from './stress/busy.js';
import { type Formation, isGoodLaunch, type LaunchOutcome, playLaunch } from './stress/launch.js';
import { stressOptions, type VariantName } from './stress/options.js';
import { type PlayedRound, stressTable } from './stress/table.js';

// Real sessions write one file at the same moment, in many rounds. Counts lost sections, surplus copies, conflict copies and failed
// calls. Exits with 1 if there are any, and keeps the home of that launch. `npm run stress -- --help` prints the options.
const AGENTS = 4;
const BESIDE = 2;
const BUSY_LOOPS = 8;

endOnSignals();
const options = stressOptions(process.argv);
const cases = options.target.flatMap((target) => options.way.map((way) => ({ target, way })));
const rounds: PlayedRound[] = [];
const failures: string[] = [];
const kept: string[] = [];

process.once('exit', report);
for (const variant of options.variant) {
  for (let round = 1; round <= options.rounds; round++) {
    const began = performance.now();
    const outcome = await playRound(variant, round);
    process.stderr.write(
      `${variant} ${round} of ${options.rounds}: ${outcome}, ${((performance.now() - began) / 1_000).toFixed(0)} s, load ${loadavg()[0]?.toFixed(1)}\n`,
    );
  }
}

/** Prints the sums of all rounds so far, also when the script is interrupted. */
function report(): void {
  process.stdout.write(options.json ? `${JSON.stringify({ options, rounds, failures, kept }, null, 2)}\n` : stressTable(rounds));
  for (const failure of failures) process.stderr.write(`${failure}\n`);
  for (const home of kept) process.stderr.write(`kept: ${home} (outcome and answers: stress.json)\n`);
}

/** Plays one launch and adds its rounds to the sums. Returns a word for the progress line. */
async function playRound(variant: VariantName, number: number): Promise<string> {
  try {
    const loops = variant === 'busy' ? startBusyLoops(BUSY_LOOPS, await createSandbox()) : [];
    const launch = await playLaunch(formationOf(variant), cases);
    await endBusyLoops(loops);
    rounds.push(...launch.rounds.map((round) => ({ ...round, variant })));
    failures.push(...launch.failures.map((failure) => `${variant} ${number}: ${failure.trim()}`));
    if (isGoodLaunch(launch)) return 'good';
    process.exitCode = 1;
    return kept.length < options.keep ? `bad, kept in ${await keep(launch)}` : 'bad';
  } finally {
    await endEverything();
  }
}

function formationOf(variant: VariantName): Formation {
  return {
    program: options.program === 'claude' ? claude : pclaude,
    writers: options.sessions,
    agents: variant === 'agents' ? AGENTS : 0,
    beside: variant === 'plain' ? BESIDE : 0,
  };
}

/** Keeps the home of a launch and writes a report into it. Returns its path. */
async function keep({ rounds: played, failures: ends, answers, project: { sandbox } }: LaunchOutcome): Promise<string> {
  sandbox.keep();
  kept.push(sandbox.home);
  await sandbox.write('stress.json', `${JSON.stringify({ rounds: played, failures: ends, answers }, null, 2)}\n`);
  return sandbox.home;
}
