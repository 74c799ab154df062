import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { answerHook } from '../../src/overlay/hook.js';
import { realFiles } from '../../src/sync/files.js';
import { syncRunning } from '../../src/sync/running.js';
import { createScratch, type Scratch } from '../support/scratch.js';
import { hookOf, openSession, type OpenSession } from '../support/session.js';

const Answer = v.object({ hookSpecificOutput: v.object({ updatedInput: v.optional(v.object({ command: v.string(), timeout: v.number() })), updatedToolOutput: v.optional(v.unknown()) }) });
type Told = v.InferOutput<typeof Answer>['hookSpecificOutput'] | undefined;

interface World {
  readonly scratch: Scratch;
  readonly session: OpenSession;
  readonly ask: (event: string, command: string, more?: object) => Promise<Told>;
  /** Asks before the command, and runs what was answered. */
  readonly runs: (command: string) => Promise<string>;
  /** The command as the client runs it. */
  readonly sent: (command: string) => Promise<string>;
}

/** A session over a shared dir with a skill. */
function prepare(refusals: readonly string[] = []): World {
  const scratch = createScratch();
  scratch.write('shared/skills/x/SKILL.md', 'one\n');
  const session = openSession(scratch, 'one');
  session.lock.release();
  const ask = async (event: string, command: string, more: object = {}): Promise<Told> => {
    const text = JSON.stringify({ hook_event_name: event, tool_name: 'Bash', tool_use_id: 'call', cwd: scratch.root, tool_input: { command, timeout: 1 }, ...more });
    const answer = await answerHook(hookOf(session.stateDir, 'one', refusals), text);
    return answer === undefined ? undefined : v.parse(Answer, JSON.parse(answer)).hookSpecificOutput;
  };
  const sent = async (command: string): Promise<string> => (await ask('PreToolUse', command))?.updatedInput?.command ?? command;
  const runs = async (command: string): Promise<string> => execFileSync('bash', ['-c', await sent(command)], { cwd: scratch.root, encoding: 'utf8' });
  return { scratch, session, ask, runs, sent };
}

describe('a shell command that writes a shared file', () => {
  it('is sent to a private copy, which is merged when it has ended; its answer names the shared file', async () => {
    const { scratch, session, ask, runs } = prepare();
    const command = `echo two >> ${scratch.at('shared/skills/x/SKILL.md')}; ls ${scratch.at('shared/skills/x/SKILL.md')}`;
    const stdout = await runs(command);
    expect(scratch.read('shared/skills/x/SKILL.md')).toBe('one\n');
    scratch.write('shared/skills/x/SKILL.md', 'zero\none\n');
    expect(await ask('PostToolUse', command, { tool_response: { stdout, stderr: '' } })).toEqual({
      updatedToolOutput: { stdout: `${scratch.at('shared/skills/x/SKILL.md')}\n`, stderr: '' },
    });
    expect(scratch.read('shared/skills/x/SKILL.md')).toBe('zero\none\ntwo\n');
    expect(scratch.tree(session.paths.upper)).toEqual({});
  });

  it('is merged when it has failed, too', async () => {
    const { scratch, ask, runs } = prepare();
    const command = `echo two >> ${scratch.at('shared/skills/x/SKILL.md')}`;
    await runs(command);
    expect(await ask('PostToolUseFailure', command, { error: 'Exit code 1' })).toBeUndefined();
    expect(scratch.read('shared/skills/x/SKILL.md')).toBe('one\ntwo\n');
  });

  it('works on memory in the same way', async () => {
    const { scratch, session, ask, runs } = prepare();
    const note = scratch.write(`${session.manifest.memoryFolder}/a.md`, 'one\n');
    const command = `rm ${note}; echo new > ${session.manifest.memoryFolder}/b.md`;
    await runs(command);
    expect(scratch.read(note)).toBe('one\n');
    await ask('PostToolUse', command, { tool_response: {} });
    expect(scratch.tree(session.manifest.memoryFolder ?? '')).toEqual({ 'b.md': 'new\n' });
  });

  it('may go on in the background: what it writes then is merged while the session runs', async () => {
    const { scratch, session, ask, sent } = prepare();
    const command = `echo two >> ${scratch.at('shared/skills/x/SKILL.md')}`;
    const background = await sent(command);
    await ask('PostToolUse', command, { tool_response: { backgroundTaskId: 'b1' } });
    for (const lines of ['one\ntwo\n', 'one\ntwo\ntwo\n']) {
      execFileSync('bash', ['-c', background]);
      await syncRunning(session);
      expect(scratch.read('shared/skills/x/SKILL.md')).toBe(lines);
    }
    expect(scratch.read(`${session.paths.upper}/call/.claude/skills/x/SKILL.md`)).toBe('one\ntwo\ntwo\n');
  });

  it('that could not be merged is merged before the next one, which finds what it wrote', async () => {
    const { scratch, session, runs } = prepare();
    scratch.write(`${session.paths.upper}/earlier/.claude/skills/x/SKILL.md`, 'one\nearlier\n');
    scratch.write(`${session.paths.upperBase}/earlier/skills/x/SKILL.md`, 'one\n');
    for (const [mark, text] of [['earlier', 'foreground'], ['earlier.unmerged', '']] as const) scratch.write(`${session.paths.upperCalls}/${mark}`, text);
    expect(await runs(`sed -i s/one/ONE/ ${scratch.at('shared/skills/x/SKILL.md')} && cat ${scratch.at('shared/skills/x/SKILL.md')}`)).toBe('ONE\nearlier\n');
  });
});

function append({ scratch }: World): string {
  return `echo two >> ${scratch.at('shared/skills/x/SKILL.md')}`;
}

describe('a shell command runs as it is', () => {
  it.each([['Edit(~/.claude/**)'], ['Read'], ['Write(//x)'], ['Bash(* ~/.claude/*)'], ['Bash(rm $HOME/*)']])('where the user refuses or asks by %s', async (rule) => {
    const world = prepare([rule]);
    expect(await world.ask('PreToolUse', append(world))).toBeUndefined();
    expect(existsSync(world.session.paths.upper)).toBe(false);
  });

  it.each([['Bash'], ['Bash(rm:*)'], ['WebFetch(domain:x.org/y)'], ['mcp__a__b']])('but not by %s, which names no file', async (rule) => {
    const world = prepare([rule]);
    expect(await world.ask('PreToolUse', append(world))).toMatchObject({ updatedInput: { timeout: 1 } });
  });

  it('when the client only plans', async () => {
    const world = prepare();
    expect(await world.ask('PreToolUse', append(world), { permission_mode: 'plan' })).toBeUndefined();
  });

  it('when it only reads, or writes elsewhere', async () => {
    const { scratch, session, ask } = prepare();
    for (const command of [`cat ${scratch.at('shared/skills/x/SKILL.md')}`, `cd ${session.paths.home} && mkdir -p new/deep && echo x > new/deep/x.md`, `mkdir ${scratch.at('shared/new')} && touch ${scratch.at('shared/new/x')}`, `cp -r ${scratch.at('shared/skills')} ${scratch.at('elsewhere')}`, `echo x > ${scratch.at('shared/projects/p.jsonl')}`]) {
      expect(await ask('PreToolUse', command)).toBeUndefined();
    }
    expect(existsSync(session.paths.upper)).toBe(false);
  });

  it('when too much would have to be copied for it', async () => {
    const { scratch, session, ask } = prepare();
    for (let n = 0; n < 501; n++) realFiles.writePrivate(scratch.at(`shared/skills/large/${n}.md`), Buffer.from('x'));
    expect(await ask('PreToolUse', `mv ${scratch.at('shared/skills/large')} ${scratch.at('shared/skills/small')}`)).toBeUndefined();
    expect(scratch.tree(session.paths.upper)).toEqual({});
    expect(existsSync(session.paths.upperCalls)).toBe(false);
  });
});
