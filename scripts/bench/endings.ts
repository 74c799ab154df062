import { openHomes } from '../../test/support/project.js';
import { endEverything } from '../../test/support/lifetime.js';
import { pclaude } from '../../test/support/real-client.js';
import { start } from '../../test/support/run.js';
import { createSandbox } from '../../test/support/sandbox.js';
import { createStubClient } from '../../test/support/stub-client.js';
import { eventually } from '../../test/support/wait.js';
import { lockProbe, lockReading, lockRows } from './lock-times.js';
import { type Case, expectThat, type Part } from './part.js';
import type { Reading } from './rows.js';

const SESSIONS = 50;

/** The last commands of a client: they change two files of its home. */
const changes = `
sed 's/{ /&"'$N'": "set", /' settings.json > settings.json.tmp
mv settings.json.tmp settings.json
echo "by $N" >> plans/plan.md
`;

/** How long many sessions take to end if their clients end at the same moment. */
export const endings: Part = {
  title: `${SESSIONS} sessions whose clients end at the same moment`,
  rounds: 3,
  warmUp: 0,
  slow: true,
  rows: [
    { id: 'endings', what: 'the last pclaude has ended, nothing to merge', unit: 'ms', of: 'unchanged.took' },
    { id: 'endings-changes', what: 'the same, each has changed a setting and a plan', unit: 'ms', of: 'changed.took' },
    {
      id: 'endings-left',
      what: 'sessions that gave up on the lock, and are left to the next launch',
      unit: 'count',
      goal: '0',
      of: 'changed.left',
      outOf: 'changed.sessions',
    },
    ...lockRows('changed', 'a session at its end'),
  ],
  open: () => Promise.resolve([endAtOnce('unchanged', ''), endAtOnce('changed', changes)]),
};

function endAtOnce(name: string, body: string): Case {
  return {
    name,
    measure: async () => timeEnds(body),
    verify: ({ kept = 0, left = 0 }) =>
      expectThat(body === '' || kept === SESSIONS - left, `${kept} settings and plans of ${SESSIONS} are there, ${left} sessions are left`),
  };
}

async function timeEnds(body: string): Promise<Reading> {
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
    const begin = performance.now();
    for (const { stdin } of sessions) stdin.end();
    await Promise.all(sessions.map(async ({ exit }) => exit));
    const took = performance.now() - begin;
    const left = (await openHomes(sandbox)).length;
    const settings: unknown = JSON.parse(await sandbox.read('.claude/settings.json'));
    const plan = (await sandbox.read('.claude/plans/plan.md')).split('\n');
    const isKept = (at: number): boolean =>
      Object.keys(settings ?? {}).includes(String(at)) && plan.filter((line) => line === `by ${at}`).length === 1;
    const kept = sessions.filter((_, at) => isKept(at)).length;
    return { took, left, kept, sessions: SESSIONS, ...lockReading(probe.holds()) };
  } finally {
    await endEverything();
  }
}
