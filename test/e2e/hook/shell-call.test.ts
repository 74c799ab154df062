import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerHook } from '../../../src/hook/hook.js';
import type { HookContext } from '../../../src/hook/hooked-session.js';
import { logFolder } from '../../../src/session/paths.js';
import { recoverAll } from '../../../src/sync/close/recover-all.js';
import { readLog } from '../../../src/sync/log/log.js';
import type { TurnCall, Turns } from '../../../src/sync/turns/turns.js';
import type { Files } from '../../../src/system/files/files.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { countingFiles, crashingFiles, crashPoints } from '../../support/faulty-files.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { hookOf, openSession, type OpenSession } from '../../support/session.js';

const SKILL = 'shared/skills/x/SKILL.md';

interface ShellFixture {
  readonly scratch: Scratch;
  readonly session: OpenSession;
  readonly hook: HookContext;
  /** The turns that the session requested, and the calls that gave theirs back. */
  readonly taken: TurnCall[];
  readonly givenBack: string[];
  readonly ask: (event: string, command: string, more?: object) => Promise<string | undefined>;
  /** Runs a command as the client does, with its hooks. `meanwhile` runs after the hook before the command. */
  readonly runs: (command: string, meanwhile?: () => unknown) => Promise<void>;
  /** Another session changes a shared file with a file tool, in its turn or verified. */
  readonly otherWrites: (path: string, text: string) => Promise<void>;
  readonly logged: () => string[];
}

/** A session with a skill in its shared dir, and another running session. `hasTurns`: whether calls get the turns that they request. */
function prepare({ hasTurns = false } = {}): ShellFixture {
  const scratch = createScratch();
  scratch.write(SKILL, 'one\n');
  const session = openSession(scratch, 'one');
  const other = openSession(scratch, 'other');
  for (const { lock } of [session, other]) lock.release();
  const [taken, givenBack]: [TurnCall[], string[]] = [[], []];
  const turns: Turns = {
    take: async (request) => void taken.push(request),
    since: (call) => (hasTurns && taken.some((request) => request.call === call) && !givenBack.includes(call) ? Date.now() : undefined),
    giveBack: (call) => void givenBack.push(call),
    giveBackFile: () => undefined,
    giveBackAll: () => undefined,
  };
  const hook = { ...hookOf(session.stateDir, 'one'), turns };
  let calls = 0;
  const ask = async (event: string, command: string, more: object = {}): Promise<string | undefined> => {
    return answerHook(hook, eventOf(scratch, event, command, { tool_use_id: `call${calls}`, ...more }));
  };
  return {
    scratch,
    session,
    hook,
    taken,
    givenBack,
    ask,
    async runs(command, meanwhile) {
      calls += 1;
      expect(await ask('PreToolUse', command)).toBeUndefined();
      await meanwhile?.();
      execFileSync('bash', ['-c', command], { cwd: scratch.root });
      expect(await ask('PostToolUse', command, { tool_response: { stdout: '', stderr: '' } })).toBeUndefined();
    },
    async otherWrites(path, text) {
      const before = scratch.read(path) ?? null;
      scratch.write(path, text);
      const event = {
        hook_event_name: 'PostToolUse',
        tool_name: 'Write',
        tool_use_id: 'w',
        tool_input: { file_path: scratch.at(path) },
        tool_response: { originalFile: before, content: text },
      };
      await answerHook(hookOf(other.stateDir, 'other'), JSON.stringify(event));
    },
    logged: () =>
      [...readLog(realFiles, logFolder(session.stateDir, session.manifest.shared.dir))].flatMap(({ session: id, files }) =>
        files.map(({ place, outcome }) => `${id} ${outcome} ${place}`),
      ),
  };
}

function eventOf({ root }: Scratch, event: string, command: string, more: object = {}): string {
  return JSON.stringify({
    hook_event_name: event,
    tool_name: 'Bash',
    tool_use_id: 'call0',
    cwd: root,
    tool_input: { command },
    ...more,
  });
}

describe('a shell command', () => {
  it('that changes a shared file at the same time as another session keeps both changes', async () => {
    const { scratch, runs, otherWrites, logged } = prepare();
    await runs(`cp ${scratch.at('old')} ${scratch.at(SKILL)}`, async () => {
      scratch.write('old', 'one\ntwo\n');
      await otherWrites(SKILL, 'zero\none\n');
    });
    expect(scratch.read(SKILL)).toBe('zero\none\ntwo\n');
    expect(logged().toSorted()).toEqual(['one merged skills/x/SKILL.md', 'other merged skills/x/SKILL.md']);
  });

  it.each([true, false])('without another writer is logged, and nothing is written (in turn: %s)', async (hasTurns) => {
    const { scratch, runs, logged } = prepare({ hasTurns });
    await runs(`echo two >> ${scratch.at(SKILL)}; rm -f ${scratch.at('nothing')}; echo new > ${scratch.at('shared/skills/x/new.md')}`);
    expect(scratch.tree('shared/skills')).toEqual({ 'x/SKILL.md': 'one\ntwo\n', 'x/new.md': 'new\n' });
    expect(logged().toSorted()).toEqual(['one merged skills/x/SKILL.md', 'one merged skills/x/new.md']);
  });

  it('may remove a file, which is logged; a file that another session has changed meanwhile stays', async () => {
    const { scratch, runs, otherWrites, logged } = prepare();
    scratch.write('shared/skills/x/gone.md', 'gone\n');
    await runs(`rm ${scratch.at('shared/skills/x')}/*`, async () => otherWrites(SKILL, 'one\ntwo\n'));
    expect(scratch.tree('shared/skills')).toEqual({ 'x/SKILL.md': 'one\ntwo\n' });
    expect(logged()).toContain('one deleted skills/x/gone.md');
  });

  it.each([true, false])(
    'that writes a whole file from a version that is older than other writes keeps those writes (in turn: %s)',
    async (hasTurns) => {
      const { scratch, runs, otherWrites } = prepare({ hasTurns });
      await otherWrites(SKILL, 'one\ntwo\n');
      await runs(`printf 'one\\nours\\n' > ${scratch.at(SKILL)}`);
      expect(scratch.read(SKILL)?.split('\n').toSorted()).toEqual(['', 'one', 'ours', 'two']);
      await runs(`printf 'one\\nours\\n' > ${scratch.at(SKILL)}`);
      expect(scratch.read(SKILL)).toBe('one\nours\n');
    },
  );

  it('that makes the same file as another session keeps both versions', async () => {
    const { scratch, runs, otherWrites } = prepare();
    await runs(`echo ours > ${scratch.at('shared/rules/new.md')}`, async () => otherWrites('shared/rules/new.md', 'theirs\n'));
    expect(Object.values(scratch.tree('shared/rules')).toSorted().join('')).toContain('ours');
    expect(Object.values(scratch.tree('shared/rules')).toSorted().join('')).toContain('theirs');
  });

  it('works on memory in the same way', async () => {
    const { scratch, session, runs, otherWrites } = prepare();
    const memory = session.manifest.memoryFolder ?? '';
    scratch.write(`${memory}/MEMORY.md`, '# Memory\n');
    await runs(`printf '# Memory\n- [a](a.md)\n' > ${memory}/MEMORY.md`, async () =>
      otherWrites(memory.slice(scratch.root.length + 1) + '/MEMORY.md', '# Memory\n- [b](b.md)\n'),
    );
    expect(scratch.read(`${memory}/MEMORY.md`)?.split('\n').toSorted()).toEqual(['', '# Memory', '- [a](a.md)', '- [b](b.md)']);
  });

  it('is not logged for the writes of other sessions while it runs', async () => {
    const { scratch, runs, otherWrites, logged } = prepare();
    await runs('true ~/.claude', async () => otherWrites(SKILL, 'one\ntwo\n'));
    expect(scratch.read(SKILL)).toBe('one\ntwo\n');
    expect(logged()).toEqual(['other merged skills/x/SKILL.md']);
  });

  it('ignores links, files that are not text, and files with secrets', async () => {
    const { scratch, hook, runs, logged } = prepare();
    scratch.write('shared/settings.json', '{"env":{"KEY":"secret"}}');
    scratch.write('shared/skills/x/logo.png', new Uint8Array([137, 80, 78, 71, 0, 255]));
    symlinkSync('/nowhere', scratch.at('shared/skills/x/link'));
    symlinkSync('../../settings.json', scratch.at('shared/skills/x/link.md'));
    let seen: readonly string[] = [];
    await runs(
      `printf '\\377\\0' > ${scratch.at('shared/skills/x/logo.png')}; echo '{}' > ${scratch.at('shared/settings.json')}; true ${scratch.at('shared/skills/x/link.md')}`,
      () => (seen = [...(hook.shellCalls?.before('call1')?.snapshot.files.keys() ?? [])]),
    );
    expect(seen.map((path) => path.slice(scratch.root.length + 1)).toSorted()).toEqual([SKILL, 'shared/skills/x/logo.png']);
    expect(logged()).toEqual([]);
  });
});

describe('an external writer that saves in the middle of a shell command', () => {
  it.each([true, false])('keeps its line, and what it has removed stays removed (in turn: %s)', async (hasTurns) => {
    const { scratch, runs, otherWrites } = prepare({ hasTurns });
    scratch.write(SKILL, 'one\ntwo\n');
    await runs(`echo ours >> ${scratch.at(SKILL)}`, () => scratch.write(SKILL, 'one\nthree\n'));
    expect(scratch.read(SKILL)).toBe('one\nthree\nours\n');
    await otherWrites(SKILL, 'one\nthree\nours\ntheirs\n');
    expect(scratch.read(SKILL)).toBe('one\nthree\nours\ntheirs\n');
  });

  it.each([
    ['before the command', true],
    ['before the command', false],
    ['after the command', true],
    ['after the command', false],
  ] as const)('%s, from a version without the line of another session, does not undo that line (in turn: %s)', async (moment, hasTurns) => {
    const { scratch, runs, otherWrites } = prepare({ hasTurns });
    await otherWrites(SKILL, 'one\ntheirs\n');
    const save = `printf 'one\\nedited\\n' > ${scratch.at(SKILL)}`;
    const command = `echo ours >> ${scratch.at(SKILL)}`;
    await runs(moment === 'before the command' ? `${save}; ${command}` : `${command}; ${save}`);
    // Nothing could see a line that was there only until the save.
    const own = moment === 'before the command' ? ['ours'] : [];
    expect(scratch.read(SKILL)?.split('\n').toSorted()).toEqual(['', 'edited', 'one', ...own, 'theirs']);
  });
});

/** A command overwrites what another session wrote meanwhile, and the hook after it runs on these files. Returns the lines after a recovery. */
async function hookAndRecovery(files: Files): Promise<string[]> {
  const { scratch, session, hook, ask, otherWrites } = prepare();
  const command = `cp old ${scratch.at(SKILL)}`;
  scratch.write(SKILL, 'one\ntwo\n');
  await otherWrites(SKILL, 'one\ntwo\nearlier\n');
  await ask('PreToolUse', command);
  await otherWrites(SKILL, 'one\ntwo\nearlier\ntheirs\n');
  scratch.write(SKILL, 'one\nearlier\nours\n');
  await answerHook(hook, eventOf(scratch, 'PostToolUse', command), files).catch(() => undefined);
  await recoverAll(realFiles, session);
  expect(Object.keys(scratch.tree('shared/skills'))).toEqual(['x/SKILL.md']);
  expect(scratch.tree('state/open')).toEqual({});
  return (scratch.read(SKILL) ?? '').split('\n').toSorted();
}

describe('a launcher that is killed in the hook after a command', () => {
  it('before any call on a file leaves what plain claude would have left, or all of it with the line of another session', async () => {
    const withoutMerge = ['', 'earlier', 'one', 'ours'];
    const merged = [...withoutMerge, 'theirs'].toSorted();
    const { calls, ...counting } = countingFiles(realFiles);
    expect(await hookAndRecovery(counting)).toEqual(merged);
    const left: string[][] = [];
    for (const call of crashPoints(calls)) left.push(await hookAndRecovery(crashingFiles(realFiles, call)));
    expect(left.filter((lines) => ![withoutMerge, merged].some((each) => each.join() === lines.join()))).toEqual([]);
    expect(left.at(-1)).toEqual(merged);
    expect(left.length).toBeGreaterThan(10);
  });
});

describe('turns of a shell command', () => {
  it('are those of the shared files that it names, and of the few in a folder that it names', async () => {
    const { scratch, session, taken, ask } = prepare();
    for (const path of ['skills/x/refs.md', 'projects/p/conversation.jsonl', 'projects/other/memory/a.md', 'history.jsonl'])
      scratch.write(`shared/${path}`, 'refs\n');
    const files = ['shared/skills/x/SKILL.md', 'shared/skills/x/refs.md'].map((path) => scratch.at(path));
    const commands: readonly (readonly [command: string, files: readonly string[]])[] = [
      [`sed -i s/a/b/ "${files[0]}"`, files.slice(0, 1)],
      [`cd ${scratch.at('shared/skills/x')} && echo a >> SKILL.md`, files],
      [`echo a >> $CLAUDE_CONFIG_DIR/skills/x/SKILL.md`, files.slice(0, 1)],
      [`echo a >> "\${CLAUDE_CONFIG_DIR:-$HOME/.claude}"/skills/x/SKILL.md`, files.slice(0, 1)],
      [`F=${files[1]}; echo a >> $F`, files.slice(1)],
      [`echo a > ${session.paths.home}/skills/x/new.md`, [scratch.at('shared/skills/x/new.md')]],
      ['ls ~/.claude', []],
      [`grep x ${scratch.at('shared/projects/p/conversation.jsonl')} ${scratch.at('shared/history.jsonl')}`, []],
      [`echo a >> ${scratch.at('shared/projects/other/memory/a.md')}`, [scratch.at('shared/projects/other/memory/a.md')]],
    ];
    for (const [command, expected] of commands) {
      taken.length = 0;
      await ask('PreToolUse', command);
      expect(taken.flatMap((request) => request.files).toSorted(), `the turns of ${command}`).toEqual(expected);
    }
  });

  it('are given up when the user is asked, and when the call is over for any reason', async () => {
    const { scratch, hook, givenBack, ask } = prepare({ hasTurns: true });
    const command = `echo a >> ${scratch.at(SKILL)}`;
    await ask('PreToolUse', command);
    await ask('PermissionRequest', command, { tool_use_id: undefined });
    expect(givenBack).toEqual(['call0']);
    await answerHook(hook, JSON.stringify({ hook_event_name: 'PostToolBatch', tool_calls: [{ tool_use_id: 'call0' }] }));
    expect(hook.shellCalls?.before('call0')).toBeUndefined();
  });
});

it('if there are too many files, the hook reads only those that a command names', async () => {
  const { scratch, hook, ask, logged } = prepare();
  for (let n = 0; n < 5_000; n++) realFiles.writePrivate(scratch.at(`shared/skills/large/${n}.md`), Buffer.from('x'));
  await ask('PreToolUse', `echo a >> ${scratch.at(SKILL)}`);
  expect([...(hook.shellCalls?.before('call0')?.snapshot.files.keys() ?? [])]).toEqual([scratch.at(SKILL)]);
  // Now there are few enough files, but the command has not made them.
  for (let n = 3; n < 5_000; n++) rmSync(scratch.at(`shared/skills/large/${n}.md`));
  scratch.write(SKILL, 'one\na\n');
  await ask('PostToolUse', `echo a >> ${scratch.at(SKILL)}`);
  expect(logged()).toEqual(['one merged skills/x/SKILL.md']);
});

it('a process that answers one event does nothing, because it cannot remember anything', async () => {
  const { scratch, hook } = prepare();
  const event = {
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_use_id: 'call',
    cwd: scratch.root,
    tool_input: { command: `echo a >> ${scratch.at(SKILL)}` },
  };
  const before = scratch.tree('state');
  expect(await answerHook({ ...hook, shellCalls: null }, JSON.stringify(event))).toBeUndefined();
  expect(scratch.tree('state')).toEqual(before);
});
