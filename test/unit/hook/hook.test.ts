import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerHook } from '../../../src/hook/hook.js';
import { type Manifest, writeManifest } from '../../../src/session/manifest.js';
import { createScratch, type Scratch } from '../../support/scratch.js';
import { hookOf, openSession, type OpenSession } from '../../support/session.js';

function prepare(changes: Partial<Manifest> = {}): {
  scratch: Scratch;
  session: OpenSession;
  ask: (event: string, tool: string, path: string, more?: object) => Promise<unknown>;
} {
  const scratch = createScratch();
  const session = openSession(scratch, 'one', changes);
  session.lock.release();
  const ask = async (event: string, tool: string, path: string, more: object = {}): Promise<unknown> => {
    const text = JSON.stringify({
      hook_event_name: event,
      tool_name: tool,
      tool_use_id: 'call',
      tool_input: { file_path: path, content: 'x' },
      ...more,
    });
    const answer = await answerHook(hookOf(session.stateDir, 'one'), text);
    return answer === undefined ? undefined : JSON.parse(answer);
  };
  return { scratch, session, ask };
}

/** The message to the model when it has named another folder. */
function todays(folder: string | null): string {
  return `The memory folder is ${folder} now. Name the files in it by that path.`;
}

describe('answerHook', () => {
  it('leaves reads and writes of memory to the client, also in plan mode, and verifies a write afterwards', async () => {
    for (const mode of ['default', 'plan']) {
      const { scratch, session, ask } = prepare();
      const note = scratch.write(`${session.manifest.memoryFolder}/a.md`, 'one\n');
      const before = scratch.tree();
      for (const tool of ['Read', 'Edit', 'Write']) expect(await ask('PreToolUse', tool, note, { permission_mode: mode })).toBeUndefined();
      expect(scratch.tree()).toEqual(before);
      scratch.write(note, 'theirs\none\n');
      const told = { originalFile: 'one\n', oldString: 'one', newString: 'one\nours', replaceAll: false };
      expect(await ask('PostToolUse', 'Edit', note, { permission_mode: mode, tool_response: told })).toBeUndefined();
      expect(scratch.read(note)).toBe('theirs\none\nours\n');
    }
  });

  it('makes an edit again if the client found it overwritten right afterwards, and reports that', async () => {
    for (const [shared, merged] of [
      ['one\ntheirs\n', 'one\nours\ntheirs\n'],
      ['one\ntheirs\nours\n', 'one\ntheirs\nours\n'],
    ] as const) {
      const { scratch, session, ask } = prepare();
      const note = scratch.write(`${session.manifest.memoryFolder}/a.md`, shared);
      const failed = {
        tool_input: { file_path: note, old_string: 'one\n', new_string: 'one\nours\n', replace_all: false },
        error: `Write verification failed: ${note} is 11 bytes on disk, expected 9.`,
      };
      expect(await ask('PostToolUseFailure', 'Edit', note, failed)).toEqual({
        hookSpecificOutput: {
          hookEventName: 'PostToolUseFailure',
          additionalContext: expect.stringContaining('both changes are in it now'),
        },
      });
      expect(scratch.read(note)).toBe(merged);
      expect(existsSync(`${session.paths.unverified}/call`)).toBe(false);
    }
  });

  it('ignores an edit that has failed for another reason', async () => {
    const { scratch, session, ask } = prepare();
    const note = scratch.write(`${session.manifest.memoryFolder}/a.md`, 'one\n');
    const input = { file_path: note, old_string: 'one\n', new_string: 'one\nours\n', replace_all: false };
    expect(
      await ask('PostToolUseFailure', 'Edit', note, { tool_input: input, error: 'File has been modified since read' }),
    ).toBeUndefined();
    expect(
      await ask('PostToolUseFailure', 'Edit', note, { tool_input: { ...input, old_string: 'gone' }, error: 'Write verification failed' }),
    ).toBeUndefined();
    expect(scratch.read(note)).toBe('one\n');
  });

  it('points to a version of a memory that could not be merged', async () => {
    const { scratch, session, ask } = prepare();
    const folder = session.manifest.memoryFolder;
    const note = scratch.write(`${folder}/a.md`, 'theirs\n');
    scratch.write(`${folder}/MEMORY.md`, '# Memory\n');
    await ask('PostToolUse', 'Write', note, { tool_response: { content: 'ours\n', originalFile: 'one\n' } });
    expect(scratch.read(`${folder}/a.conflict-main-one.md`)).toBe('ours\n');
    expect(scratch.read(`${folder}/MEMORY.md`)).toContain('(a.conflict-main-one.md)');
  });

  it.each(['Read', 'Edit', 'Write'])('redirects a %s through an older name to the current memory, and reports its path', async (tool) => {
    const { scratch, session, ask } = prepare();
    const shared = scratch.write(`${session.manifest.memoryFolder}/a.md`, 'one\n');
    openSession(scratch, 'older', { sync: 'exit' }).lock.release();
    for (const older of ['.claude/projects/p/memory', 'notes']) {
      expect(await ask('PreToolUse', tool, scratch.at('state/sessions/older', older, 'a.md'))).toEqual({
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          updatedInput: { file_path: shared, content: 'x' },
          additionalContext: todays(session.manifest.memoryFolder),
        },
      });
    }
  });

  it('leaves the notes of another project alone', async () => {
    const { scratch, ask } = prepare();
    openSession(scratch, 'other', { sync: 'exit', memoryFolder: scratch.at('shared/projects/q/memory') }).lock.release();
    for (const tool of ['Read', 'Edit', 'Write'])
      expect(await ask('PreToolUse', tool, scratch.at('state/sessions/other/notes/a.md'))).toBeUndefined();
  });

  it('lets every other call pass unchanged', async () => {
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

  it.each(places)(
    'lets a call through %s pass unchanged, and restores what an external writer overwrote at that moment',
    async (_spelled, path) => {
      const { scratch, session, ask } = prepare();
      scratch.write('shared/skills/x/SKILL.md', 'one\n');
      openSession(scratch, 'older').lock.release();
      for (const tool of ['Read', 'Edit', 'Write']) expect(await ask('PreToolUse', tool, path(session))).toBeUndefined();
      // The external writer had read the file before this session wrote, and wrote it afterwards.
      scratch.write('shared/skills/x/SKILL.md', 'zero\none\n');
      const told = { filePath: path(session), oldString: 'one', newString: 'one\ntwo', originalFile: 'one\n', replaceAll: false };
      expect(await ask('PostToolUse', 'Edit', path(session), { tool_response: told })).toBeUndefined();
      expect(scratch.read('shared/skills/x/SKILL.md')).toBe('zero\none\ntwo\n');
    },
  );

  it('redirects a call through a removed home to the shared file, and reports that', async () => {
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

  it('works as well if memory is elsewhere, or held back', async () => {
    for (const changes of [{ memoryFolder: null }, { sync: 'exit' }] as const) {
      const { scratch, session, ask } = prepare(changes);
      scratch.write('shared/CLAUDE.md', 'theirs\none\n');
      await ask('PostToolUse', 'Write', `${session.manifest.shared.dir}/CLAUDE.md`, {
        tool_response: { content: 'one\nours\n', originalFile: 'one\n' },
      });
      expect(scratch.read('shared/CLAUDE.md')).toBe('theirs\none\nours\n');
    }
  });

  it('also verifies settings', async () => {
    const { scratch, ask } = prepare();
    const settings = scratch.write('shared/settings.json', '{"theirs":1}');
    await ask('PostToolUse', 'Write', settings, { tool_response: { content: '{"ours":1}', originalFile: '{}' } });
    expect(JSON.parse(scratch.read(settings) ?? '')).toEqual({ theirs: 1, ours: 1 });
  });

  it.each(['.claude.json', 'debug/x', 'statsig/x'])('leaves %s to the client', async (place) => {
    const { scratch, session, ask } = prepare();
    scratch.write(`shared/${place}`, '{"theirs":1}');
    expect(
      await ask('PostToolUse', 'Write', `${session.manifest.shared.dir}/${place}`, {
        tool_response: { content: '{"ours":1}', originalFile: '{}' },
      }),
    ).toBeUndefined();
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
  ])('redirects a call through %s to its notes, and reports their path', async (_what, path) => {
    const { scratch, session, ask } = prepare({ sync: 'exit' });
    const before = scratch.tree();
    for (const tool of ['Read', 'Edit', 'Write']) {
      expect(await ask('PreToolUse', tool, path(session))).toEqual({
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          updatedInput: { file_path: `${session.paths.notes}/x/a.md`, content: 'x' },
          additionalContext: todays(session.paths.notes),
        },
      });
    }
    expect(await ask('PostToolUse', 'Edit', path(session))).toBeUndefined();
    expect(scratch.tree()).toEqual(before);
  });
});
