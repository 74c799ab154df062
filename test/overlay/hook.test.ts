import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerHook } from '../../src/overlay/hook.js';
import { type Manifest, writeManifest } from '../../src/session/manifest.js';
import { createScratch, type Scratch } from '../support/scratch.js';
import { hookOf, openSession, type OpenSession } from '../support/session.js';

function prepare(changes: Partial<Manifest> = {}): { scratch: Scratch; session: OpenSession; ask: (event: string, tool: string, path: string, more?: object) => Promise<unknown> } {
  const scratch = createScratch();
  const session = openSession(scratch, 'one', changes);
  session.lock.release();
  const ask = async (event: string, tool: string, path: string, more: object = {}): Promise<unknown> => {
    const text = JSON.stringify({ hook_event_name: event, tool_name: tool, tool_use_id: 'call', tool_input: { file_path: path, content: 'x' }, ...more });
    const answer = await answerHook(hookOf(session.stateDir, 'one'), text);
    return answer === undefined ? undefined : JSON.parse(answer);
  };
  return { scratch, session, ask };
}

/** What the model is told when it has named another folder. */
function todays(folder: string | null): string {
  return `The memory folder is ${folder} now. Name the files in it by that path.`;
}

describe('answerHook', () => {
  it('sends a write to a private copy, merges it, and gives the shared path back', async () => {
    const { scratch, session, ask } = prepare();
    const shared = scratch.write(`${session.manifest.memoryFolder}/a.md`, 'one\n');
    const copy = `${session.paths.memory}/call/a.md`;
    expect(await ask('PreToolUse', 'Edit', shared)).toEqual({ hookSpecificOutput: { hookEventName: 'PreToolUse', updatedInput: { file_path: copy, content: 'x' } } });
    writeFileSync(copy, 'one\ntwo\n');
    expect(await ask('PostToolUse', 'Edit', copy, { tool_response: { filePath: copy, list: [`wrote ${copy}`, 1, null] } })).toEqual({
      hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput: { filePath: shared, list: [`wrote ${shared}`, 1, null] } },
    });
    expect(scratch.read(shared)).toBe('one\ntwo\n');
    expect(scratch.tree(session.paths.memory)).toEqual({});
  });

  it('leaves a write to the client where that only plans, and makes sure of it afterwards', async () => {
    const { scratch, session, ask } = prepare();
    const note = scratch.write(`${session.manifest.memoryFolder}/a.md`, 'one\n');
    expect(await ask('PreToolUse', 'Edit', note, { permission_mode: 'plan' })).toBeUndefined();
    scratch.write(note, 'theirs\none\n');
    const told = { originalFile: 'one\n', oldString: 'one', newString: 'one\nours', replaceAll: false };
    expect(await ask('PostToolUse', 'Edit', note, { permission_mode: 'plan', tool_response: told })).toBeUndefined();
    expect(scratch.read(note)).toBe('theirs\none\nours\n');
  });

  it('leaves a read alone, save for one through an older name', async () => {
    const { scratch, session, ask } = prepare();
    const shared = scratch.write(`${session.manifest.memoryFolder}/a.md`, 'one\n');
    expect(await ask('PreToolUse', 'Read', shared)).toBeUndefined();
    expect(scratch.read(`${session.paths.memorySeen}/a.md`)).toBe('one\n');
    const older = scratch.at('state/sessions/older/.claude/projects/p/memory/a.md');
    expect(await ask('PreToolUse', 'Read', older)).toMatchObject({ hookSpecificOutput: { updatedInput: { file_path: shared }, additionalContext: todays(session.manifest.memoryFolder) } });
  });

  it('sends a write through the notes of an older session to a private copy, and says where memory is today', async () => {
    const { scratch, session, ask } = prepare();
    scratch.write(`${session.manifest.memoryFolder}/a.md`, 'one\n');
    openSession(scratch, 'older', { sync: 'exit' }).lock.release();
    expect(await ask('PreToolUse', 'Edit', scratch.at('state/sessions/older/notes/a.md'))).toEqual({
      hookSpecificOutput: { hookEventName: 'PreToolUse', updatedInput: { file_path: `${session.paths.memory}/call/a.md`, content: 'x' }, additionalContext: todays(session.manifest.memoryFolder) },
    });
  });

  it('leaves the notes of another project alone', async () => {
    const { scratch, ask } = prepare();
    openSession(scratch, 'other', { sync: 'exit', memoryFolder: scratch.at('shared/projects/q/memory') }).lock.release();
    for (const tool of ['Read', 'Edit', 'Write']) expect(await ask('PreToolUse', tool, scratch.at('state/sessions/other/notes/a.md'))).toBeUndefined();
  });

  it('first merges what an earlier call could not', async () => {
    const { scratch, session, ask } = prepare();
    scratch.write(`${session.paths.memory}/earlier/b.md`, 'b\n');
    scratch.write(`${session.paths.calls}/earlier.unmerged`, '');
    await ask('PreToolUse', 'Read', `${session.manifest.memoryFolder}/b.md`);
    expect(scratch.read(`${session.manifest.memoryFolder}/b.md`)).toBe('b\n');
  });

  it('leaves alone what the tool call of another agent is still writing', async () => {
    const { scratch, session, ask } = prepare();
    const shared = scratch.write(`${session.manifest.memoryFolder}/a.md`, 'one\ntwo\nthree\n');
    await ask('PreToolUse', 'Edit', shared);
    scratch.write(`${session.paths.memory}/call/a.md`, 'on');
    await ask('PreToolUse', 'Edit', shared, { tool_use_id: 'other' });
    expect(scratch.read(shared)).toBe('one\ntwo\nthree\n');
  });

  it('lets everything else go on as it is', async () => {
    const { scratch, session, ask } = prepare();
    const shared = `${session.manifest.memoryFolder}/a.md`;
    expect(await ask('PreToolUse', 'Write', scratch.at('elsewhere.md'))).toBeUndefined();
    expect(await ask('PreToolUse', 'Bash', shared)).toBeUndefined();
    writeManifest(session.paths.manifest, { ...session.manifest, memoryFolder: null });
    expect(await ask('PreToolUse', 'Write', shared)).toBeUndefined();
    writeManifest(session.paths.manifest, { ...session.manifest, state: { name: 'closed', at: 1 } });
    expect(await ask('PreToolUse', 'Write', shared)).toBeUndefined();
    expect(await answerHook(hookOf(session.stateDir, 'missing'), '{}')).toBeUndefined();
  });
});

describe('answerHook for files of the shared dir', () => {
  const places: readonly (readonly [spelled: string, path: (session: OpenSession) => string])[] = [
    ['the shared dir', ({ manifest }) => `${manifest.shared.dir}/skills/x/SKILL.md`],
    ['its home', ({ paths }) => `${paths.home}/skills/x/SKILL.md`],
    ["another session's home", ({ stateDir }) => `${stateDir}/sessions/older/.claude/skills/x/SKILL.md`],
  ];

  it.each(places)('lets a call through %s go on as it is, and brings back what somebody has undone at that moment', async (_spelled, path) => {
    const { scratch, session, ask } = prepare();
    scratch.write('shared/skills/x/SKILL.md', 'one\n');
    openSession(scratch, 'older').lock.release();
    for (const tool of ['Read', 'Edit', 'Write']) expect(await ask('PreToolUse', tool, path(session))).toBeUndefined();
    // They had read it before this session wrote, and wrote it after that.
    scratch.write('shared/skills/x/SKILL.md', 'zero\none\n');
    const told = { filePath: path(session), oldString: 'one', newString: 'one\ntwo', originalFile: 'one\n', replaceAll: false };
    expect(await ask('PostToolUse', 'Edit', path(session), { tool_response: told })).toBeUndefined();
    expect(scratch.read('shared/skills/x/SKILL.md')).toBe('zero\none\ntwo\n');
    expect(existsSync(session.paths.upper)).toBe(false);
  });

  it('sends a call through a home that is gone to the shared file, and says so', async () => {
    const { scratch, session, ask } = prepare();
    const shared = scratch.write('shared/skills/x/SKILL.md', 'one\n');
    for (const tool of ['Read', 'Edit', 'Write']) {
      expect(await ask('PreToolUse', tool, `${session.stateDir}/sessions/gone/.claude/skills/x/SKILL.md`)).toEqual({
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          updatedInput: { file_path: shared, content: 'x' },
          additionalContext: `That folder is ${session.manifest.shared.dir} now. Name the files in it by that path.`,
        },
      });
    }
  });

  it('works as well where memory is elsewhere, or held back', async () => {
    for (const changes of [{ memoryFolder: null }, { sync: 'exit' }] as const) {
      const { scratch, session, ask } = prepare(changes);
      scratch.write('shared/CLAUDE.md', 'theirs\none\n');
      await ask('PostToolUse', 'Write', `${session.manifest.shared.dir}/CLAUDE.md`, { tool_response: { content: 'one\nours\n', originalFile: 'one\n' } });
      expect(scratch.read('shared/CLAUDE.md')).toBe('theirs\none\nours\n');
    }
  });

  it('makes sure of settings, too, and of memory where the event before the call had failed', async () => {
    const { scratch, session, ask } = prepare();
    const note = scratch.write(`${session.manifest.memoryFolder}/a.md`, 'theirs\none\n');
    await ask('PostToolUse', 'Write', note, { tool_response: { content: 'one\nours\n', originalFile: 'one\n' } });
    expect(scratch.read(note)).toBe('theirs\none\nours\n');
    const settings = scratch.write('shared/settings.json', '{"theirs":1}');
    await ask('PostToolUse', 'Write', settings, { tool_response: { content: '{"ours":1}', originalFile: '{}' } });
    expect(JSON.parse(scratch.read(settings) ?? '')).toEqual({ theirs: 1, ours: 1 });
  });

  it.each(['.claude.json', 'debug/x', 'statsig/x'])('leaves %s to the client', async (place) => {
    const { scratch, session, ask } = prepare();
    scratch.write(`shared/${place}`, '{"theirs":1}');
    expect(await ask('PostToolUse', 'Write', `${session.manifest.shared.dir}/${place}`, { tool_response: { content: '{"ours":1}', originalFile: '{}' } })).toBeUndefined();
    expect(scratch.read(`shared/${place}`)).toBe('{"theirs":1}');
  });
});

describe('answerHook of a session that is held back', () => {
  it('leaves its own notes to the client', async () => {
    const { scratch, session, ask } = prepare({ sync: 'exit' });
    const before = scratch.tree();
    for (const event of ['PreToolUse', 'PostToolUse']) {
      for (const tool of ['Read', 'Edit', 'Write']) expect(await ask(event, tool, `${session.paths.notes}/a.md`)).toBeUndefined();
    }
    expect(scratch.tree()).toEqual(before);
  });

  it.each<readonly [what: string, path: (session: OpenSession) => string]>([
    ['the shared folder', ({ manifest }) => `${manifest.memoryFolder}/x/a.md`],
    ['the notes of another session', ({ stateDir }) => `${stateDir}/sessions/older/notes/x/a.md`],
    ['the home of another session', ({ stateDir }) => `${stateDir}/sessions/older/.claude/projects/p/memory/x/a.md`],
    ['a call of another session', ({ stateDir }) => `${stateDir}/sessions/older/memory/call/x/a.md`],
  ])('sends a call through %s to its notes, and says where they are', async (_what, path) => {
    const { scratch, session, ask } = prepare({ sync: 'exit' });
    const before = scratch.tree();
    for (const tool of ['Read', 'Edit', 'Write']) {
      expect(await ask('PreToolUse', tool, path(session))).toEqual({
        hookSpecificOutput: { hookEventName: 'PreToolUse', updatedInput: { file_path: `${session.paths.notes}/x/a.md`, content: 'x' }, additionalContext: todays(session.paths.notes) },
      });
    }
    expect(await ask('PostToolUse', 'Edit', path(session))).toBeUndefined();
    expect(scratch.tree()).toEqual(before);
  });
});
