import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { projectSlug } from '../../../src/client/shared-dir.js';
import { TEMPORARY_SUFFIX } from '../../../src/system/fs/atomic-write.js';
import { pclaude, type Program } from '../../support/real-client.js';
import { run, type RunResult } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { treeOf } from '../../support/scratch.js';
import { partOf } from '../../support/some-of.js';
import { killing, type Moment, spread, straced, tracing } from '../../support/strace.js';
import { createStubClient } from '../../support/stub-client.js';
import { leavingUnverified } from '../../support/unverified.js';

/** The system calls with which a merge changes files and takes locks. Not every machine has each of them. */
const CALLS = [
  'openat',
  'write',
  'pwrite64',
  'rename',
  'renameat',
  'renameat2',
  'link',
  'linkat',
  'unlink',
  'unlinkat',
  'mkdir',
  'mkdirat',
  'rmdir',
  'symlink',
  'symlinkat',
  'fchmod',
  'fsync',
  'fcntl',
];
/** This many of each, from the first to the last: test/unit/sync/crash-points.test.ts tries them all, but in one process. */
const OF_EACH = partOf(5, 2);

const MEMORY = (sandbox: Sandbox): string => `shared/projects/${projectSlug(sandbox.at('project'))}/memory`;

// Only Linux has strace. There it must be installed: without it this test fails.
describe.runIf(process.platform === 'linux')('a launcher that is killed by the system while it merges', () => {
  it('at any system call: once the next launch has ended, no change is missing, none is there twice, and nothing remains', {
    timeout: 600_000,
  }, async () => {
    const whole = await createLaunchFixture();
    const moments = await momentsOf(whole);
    for (const kind of [/^openat$/, /^write$/, /^rename/, /^link/, /^unlink/, /^mkdir/, /^rmdir/, /^fsync$/, /^fcntl$/])
      expect(moments.map(({ call }) => call)).toContainEqual(expect.stringMatching(kind));
    const outcome = outcomeOf(whole);
    expect(outcome).toMatchObject({
      '.claude.json': '{"numStartups":23}',
      'settings.json': '{"a":1,"b":2}',
      'settings.json.corrupt': '{"a":1,',
      'plans/plan.md': 'ONE\ntwo\nTHREE\n',
    });
    expect(outcome['plans/removed.md']).toBeUndefined();
    let killed = 0;
    await Promise.all(
      [0, 1].map(async (half) => {
        for (const moment of moments.filter((_, at) => at % 2 === half)) {
          const fixture = await createLaunchFixture();
          // How often Node makes a call differs from run to run: some runs end before the call.
          const { signal, exitCode } = await fixture.launch((program) => straced(program, killing(moment)));
          killed += Number(signal === 'SIGKILL');
          expect(['SIGKILL', 3]).toContain(signal ?? exitCode);
          expect(await fixture.recover(), `${moment.call} ${moment.nth}`).toMatchObject({ exitCode: 0 });
          expect(outcomeOf(fixture), `${moment.call} ${moment.nth}`).toEqual(outcome);
          await fixture.sandbox.dispose();
        }
      }),
    );
    expect(killed).toBeGreaterThan(moments.length / 2);
  });
});

interface LaunchFixture {
  readonly sandbox: Sandbox;
  /** Starts a session that changes much, while other writers also change it. */
  readonly launch: (how?: (program: Program) => Program) => Promise<RunResult>;
  /** Starts a session that changes nothing. */
  readonly recover: () => Promise<RunResult>;
}

async function createLaunchFixture(): Promise<LaunchFixture> {
  const sandbox = await createSandbox();
  await sandbox.write('project/notes.md', 'notes\n');
  const start = {
    '.claude.json': '{"numStartups":10}',
    'settings.json': '{"a":1}',
    'keybindings.json': '{"x":"one"}',
    'plans/plan.md': 'one\ntwo\nthree\n',
    'plans/removed.md': 'gone soon\n',
  };
  for (const [path, text] of Object.entries(start)) await sandbox.write(`shared/${path}`, text);
  await sandbox.write(`${MEMORY(sandbox)}/both.md`, 'theirs\n');
  const { env: busy } = await createStubClient(sandbox, SCRIPT);
  return {
    sandbox,
    launch: async (how = (program) => program) =>
      run(how({ ...pclaude, env: {} }), ['-p'], { cwd: sandbox.at('project'), env: environment(sandbox, busy) }),
    async recover() {
      const { env: idle } = await createStubClient(sandbox, 'exit 0');
      return run({ ...pclaude, env: {} }, ['-p'], { cwd: sandbox.at('project'), env: environment(sandbox, idle) });
    },
  };
}

/**
 * Two memories that tools have made are not verified. The launcher is stopped meanwhile: on a busy machine it would merge some of them
 * before the others are there.
 */
const SCRIPT = String.raw`
kill -STOP $PPID
PROJECT=$PWD
cd "$CLAUDE_CONFIG_DIR"
printf '{"numStartups":13}' > .claude.json
printf '{"a":1,"b":2}' > settings.json
printf '{"x":"one","y":"two"}' > keybindings.json
printf 'ONE\ntwo\nthree\n' > plans/plan.md
printf 'made\n' > plans/made.md
rm plans/removed.md
mkdir -p agent-memory/r
printf '# R\n' > agent-memory/r/MEMORY.md
${leavingUnverified('c1', 'note.md', 'note\n')}
${leavingUnverified('c2', 'both.md', 'ours\n')}
cd "$PCLAUDE_USER_CONFIG_DIR"
printf '{"numStartups":20}' > .claude.json
printf '{"a":1,' > settings.json
printf '{"x":"one","z":"three"}' > keybindings.json
printf 'one\ntwo\nTHREE\n' > plans/plan.md
kill -CONT $PPID
exit 3
`;

function environment(sandbox: Sandbox, client: Readonly<Record<string, string>>): Record<string, string> {
  return { ...sandbox.env({ extra: { ...client, CLAUDE_CONFIG_DIR: sandbox.at('shared'), ANTHROPIC_API_KEY: 'none' } }) };
}

/** Moments after the client has exited, some for each kind of call. */
async function momentsOf({ sandbox, launch }: LaunchFixture): Promise<Moment[]> {
  const log = sandbox.at('log');
  expect(await launch((program) => straced(program, tracing([...CALLS, 'wait4'], log)))).toMatchObject({ exitCode: 3 });
  const lines = readFileSync(log, 'utf8').split('\n');
  const ended = lines.findLastIndex((line) => /^wait4\(.* = [1-9]/.test(line));
  expect(ended).toBeGreaterThan(0);
  return CALLS.flatMap((call) => {
    const all = lines.flatMap((line, at) => (line.startsWith(`${call}(`) ? [at] : []));
    const earlier = all.filter((at) => at < ended).length;
    return spread(all.length - earlier, OF_EACH).map((at) => ({ call, nth: earlier + at + 1 }));
  });
}

/** The shared files, if nothing else remains: no temporary file, no lock of the client, no intent, no open session. */
function outcomeOf({ sandbox }: LaunchFixture): Record<string, string> {
  const all = Object.keys(treeOf(sandbox.home));
  const left = all.filter(
    (path) => path.includes(TEMPORARY_SUFFIX) || path.endsWith('.lock') || path.endsWith('/intent.json') || /\/open\/./.test(path),
  );
  expect(left).toEqual([]);
  const same = (text: string): string =>
    text
      .replaceAll(projectSlug(sandbox.home), '')
      .replaceAll(/(conflict-detached)-\w+/g, '$1')
      .replace(/(\.corrupt)\.[\d.TZ-]+$/, '$1');
  return Object.fromEntries(Object.entries(treeOf(sandbox.at('shared'))).map(([path, text]) => [same(path), same(text)]));
}
