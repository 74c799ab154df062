import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectSlug } from '../../../src/client/shared-dir.js';
import { TEMPORARY_SUFFIX } from '../../../src/system/fs/atomic-write.js';
import { createDisk, type Disk, withoutPowers } from '../../support/disk.js';
import { type Environment, pclaude, type Program } from '../../support/real-client.js';
import { run, type RunResult } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';
import { isExhaustive } from '../../support/some-of.js';
import { createStubClient } from '../../support/stub-client.js';
import { leavingUnverified } from '../../support/unverified.js';

/** The session counts three starts, other sessions ten. */
const STARTS = { before: '{"numStartups":20}', after: '{"numStartups":23}' };
const SETTINGS = { before: '{"kept":1}', after: JSON.stringify({ kept: 1, env: { X: 'x'.repeat(12_000) } }) };

const SCRIPT = `
cp big.json "$CLAUDE_CONFIG_DIR/settings.json"
printf '{"numStartups":13}' > "$CLAUDE_CONFIG_DIR/.claude.json"
printf '${STARTS.before}' > "$PCLAUDE_USER_CONFIG_DIR/.claude.json"
PROJECT=$PWD
${leavingUnverified('c1', 'note.md', 'note\n')}
`;

interface DiskFixture {
  readonly sandbox: Sandbox;
  readonly shared: string;
  /** A session that changes shared files; its client exits with code 3, unless it could write none of them. */
  readonly launch: (options?: { readonly env?: Environment; readonly by?: Program; readonly more?: string }) => Promise<RunResult>;
  /** A session that changes nothing; returns its standard error. */
  readonly recover: () => Promise<string>;
}

const launcher: Program = { ...pclaude, env: {} };

async function createDiskFixture(sandbox: Sandbox, { state = sandbox.stateDir, shared = sandbox.at('shared') } = {}): Promise<DiskFixture> {
  await sandbox.write('project/big.json', SETTINGS.after);
  await sandbox.write(join(shared, '.claude.json'), '{"numStartups":10}');
  await sandbox.write(join(shared, 'settings.json'), SETTINGS.before);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const start = async (code: string, by: Program, env: Environment): Promise<RunResult> => {
    const stub = await createStubClient(sandbox, code);
    const extra = { ...stub.env, ...env, CLAUDE_CONFIG_DIR: shared, PCLAUDE_STATE_DIR: state, ANTHROPIC_API_KEY: 'none' };
    return run(by, ['-p'], { cwd: sandbox.at('project'), env: sandbox.env({ extra }) });
  };
  return {
    sandbox,
    shared,
    launch: async ({ env = {}, by = launcher, more = '' } = {}) => start(`${SCRIPT}${more}\nexit 3`, by, env),
    recover: async () => (await start('exit 0', launcher, {})).stderr,
  };
}

/** Each shared file is the old or the new one; returns whether all are new. */
async function isMerged({ sandbox, shared }: DiskFixture): Promise<boolean> {
  const starts = await sandbox.read(join(shared, '.claude.json'));
  const settings = await sandbox.read(join(shared, 'settings.json'));
  const note = join(shared, 'projects', projectSlug(sandbox.at('project')), 'memory/note.md');
  const notes = sandbox.exists(note) ? await sandbox.read(note) : '';
  expect(['{"numStartups":10}', STARTS.before, STARTS.after]).toContain(starts);
  expect([SETTINGS.before, SETTINGS.after]).toContain(settings);
  expect(['', 'note\n']).toContain(notes);
  return starts === STARTS.after && settings === SETTINGS.after && notes !== '';
}

/** Temporary files, locks of the client, and intents. */
function leftIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => path.includes(TEMPORARY_SUFFIX) || path.endsWith('.lock') || path.endsWith('/intent.json'));
}

/** The one line that the user gets. */
const NOT_MERGED =
  /^pclaude: session \w+ could not be merged: the disk is full; nothing is lost, the next launch of pclaude tries again\n$/;
const NOT_STARTED = /^pclaude: cannot (?:use|build) [^\n]*the disk is full; [^\n]*\n$/;

const HALF = 'pclaude: 1 conflict in settings.json, both versions kept: pclaudectl conflicts\n';

type Kind = 'not started' | 'the client could not write' | 'not merged' | 'merged';

function kindOf({ exitCode, stderr }: RunResult): Kind {
  if (exitCode === 3) return NOT_MERGED.test(stderr) ? 'not merged' : 'merged';
  return NOT_STARTED.test(stderr) ? 'not started' : 'the client could not write';
}

describe.each<readonly [name: string, place: (disk: Disk) => { state?: string; shared?: string }]>([
  ['the state dir', ({ folder }) => ({ state: join(folder, 'state') })],
  ['the shared dir', ({ folder }) => ({ shared: join(folder, 'shared') })],
])('%s on a disk that is full', (_name, place) => {
  it('however much space is free: files are old or new, the user gets one message, and everything is merged once when there is space', {
    timeout: 600_000,
  }, async () => {
    const kinds: Kind[] = [];
    for (let free = 0; kinds.at(-1) !== 'merged'; free += isExhaustive ? 1 : 2) {
      const sandbox = await createSandbox();
      const disk = createDisk(sandbox.at('disk'));
      const fixture = await createDiskFixture(sandbox, place(disk));
      disk.fill(free);
      const result = await fixture.launch({ env: disk.env() });
      const kind = kindOf(result);
      kinds.push(kind);
      expect(result.stderr.split('\n').length).toBeLessThanOrEqual(kind === 'the client could not write' ? 3 : 2);
      // The end of a merge also needs space.
      expect([kind === 'merged', kind !== 'not started' && kind !== 'the client could not write']).toContain(await isMerged(fixture));
      disk.free();
      // Half a file, which is all that the client could write, is not merged.
      expect(['', ...(kind === 'the client could not write' ? [HALF] : [])]).toContain(await fixture.recover());
      expect(await isMerged(fixture)).toBe(kind === 'not merged' || kind === 'merged');
      expect(leftIn(sandbox.home)).toEqual([]);
    }
    expect(kinds).toContain('not merged');
  });
});

describe('a state dir that cannot be written to any more', () => {
  it('is reported once, keeps the exit code, and its sessions are merged when it can be written to', async () => {
    const sandbox = await createSandbox();
    const state = sandbox.at('state');
    const fixture = await createDiskFixture(sandbox, { state });
    const [file = '', ...args] = withoutPowers([launcher.file, ...launcher.args]);
    const result = await fixture.launch({
      by: { ...launcher, file, args },
      more: 'chmod 500 "$CLAUDE_CONFIG_DIR/.." "$CLAUDE_CONFIG_DIR/../../.."',
    });
    expect(result).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(
        /^pclaude: session \w+ could not be merged: permission denied; nothing is lost, the next launch of pclaude tries again\n$/,
      ),
    });
    expect(await isMerged(fixture)).toBe(false);
    chmodSync(state, 0o700);
    for (const name of readdirSync(join(state, 'sessions'))) chmodSync(join(state, 'sessions', name), 0o700);
    expect(await fixture.recover()).toBe('');
    expect(await isMerged(fixture)).toBe(true);
    expect(leftIn(sandbox.home)).toEqual([]);
  });
});
