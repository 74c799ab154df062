import { openHomes } from '../../test/support/project.js';
import { endEverything } from '../../test/support/lifetime.js';
import { pclaude } from '../../test/support/real-client.js';
import { start } from '../../test/support/run.js';
import { createSandbox } from '../../test/support/sandbox.js';
import { createStubClient } from '../../test/support/stub-client.js';
import { eventually } from '../../test/support/wait.js';
import { type Hold, lockProbe, lockRows } from './lock-times.js';
import { heading, median, now, repeat, row } from './measure.js';

const SESSIONS = 50;
const ROUNDS = 3;

/** The last commands of a client: they change two files of its home. */
const changes = `
sed 's/{ /&"'$N'": "set", /' settings.json > settings.json.tmp
mv settings.json.tmp settings.json
echo "by $N" >> plans/plan.md
`;

interface Ends {
  /** In ms, from the first end of a client to the last end of a launcher. */
  readonly took: number;
  /** Sessions that waited too long for the others. */
  readonly left: number;
  readonly holds: readonly Hold[];
}

/** Measures how long many sessions take to end if their clients end at the same moment. */
export async function benchEndings(): Promise<void> {
  heading(`${SESSIONS} sessions whose clients end at the same moment`, `medians of ${ROUNDS} rounds`);
  for (const [what, body] of [
    ['nothing to merge', ''],
    ['each has changed a setting and a plan', changes],
  ] as const) {
    const rounds = await repeat(async () => endAtOnce(body), ROUNDS);
    row(
      `all have ended, ${what}`,
      `${median(rounds.map(({ took }) => took)).toFixed(0)} ms`,
      `left to the next launch: ${median(rounds.map(({ left }) => left))}`,
    );
    lockRows(rounds.flatMap(({ holds }) => holds));
  }
}

async function endAtOnce(body: string): Promise<Ends> {
  try {
    const sandbox = await createSandbox();
    await sandbox.write('.claude/settings.json', '{ "first": "set" }\n');
    await sandbox.write('.claude/plans/plan.md', 'by first\n');
    const stub = await createStubClient(sandbox, `cd "$CLAUDE_CONFIG_DIR"\necho ready\nread line || true\n${body}`);
    const probe = lockProbe(sandbox.at('locks.log'));
    const sessions = Array.from({ length: SESSIONS }, (_, at) => {
      const extra = { ...stub.env, ...probe.env, N: String(at) };
      return start(pclaude, ['-p', 'hello'], { cwd: sandbox.home, env: sandbox.env({ extra }), input: { open: true }, timeout: 240_000 });
    });
    await eventually(() => sessions.every(({ stdout }) => stdout().length > 0), 'all clients', { timeout: 60_000 });
    const begin = now();
    for (const { stdin } of sessions) stdin.end();
    await Promise.all(sessions.map(async ({ exit }) => exit));
    return { took: now() - begin, left: (await openHomes(sandbox)).length, holds: probe.holds() };
  } finally {
    await endEverything();
  }
}
