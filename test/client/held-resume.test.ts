import { expect, test } from 'vitest';
import { converse } from '../support/conversation.js';
import { userTexts, type ModelRequest, type ToolCall, type ToolResult } from '../support/messages-api.js';
import { claude, pclaude, type Environment, type Program } from '../support/real-client.js';
import { entry, expectNotes, heldProject, takes } from './held-project.js';
import { editMemory, readMemory, writeMemory } from './memory-calls.js';
import type { MemoryProject } from './memory-project.js';

/** A program, and when pclaude shares what its session writes to memory. */
interface Kind {
  readonly program: Program;
  readonly sync: 'continuous' | 'exit';
}

const held: Kind = { program: pclaude, sync: 'exit' };
const continuous: Kind = { program: pclaude, sync: 'continuous' };
const plain: Kind = { program: claude, sync: 'continuous' };

test.each<readonly [title: string, from: Kind, to: Kind, edit: string]>([
  ['held back → held back', held, held, 'Edit refused'],
  ['held back → continuous', held, continuous, 'Edit refused'],
  // The session may read the shared folder, so the client accepts the edit.
  ['continuous → held back', continuous, held, 'Edit ok'],
  ['claude → held back', plain, held, 'Edit ok'],
])('a resumed conversation can still write memory: %s', async (_title, from, to, edit) => {
  const project = await heldProject();
  const id = await begin(from, project);
  const resumed = converse(to.program, [], { ...project, env: envOf(project, to), resume: id });
  // The recorded prompt names the memory folder of the first run.
  const old = await resumed.say('Go on', [readMemory('MEMORY.md'), readMemory('one.md'), writeMemory('two.md', 'two\n')]);
  expect(outcomes(old)).toEqual(['Read ok', 'Read ok', 'Write ok']);
  expect(old[0]?.text).toContain(entry('one').trim());
  expect(old[1]?.text).toContain('by one');

  // The resumed session reads the file by that name first: the client remembers it by the path to which the call was sent.
  const changed = await resumed.say('Change it', [readMemory('start.md'), editMemory('start.md', 'It', 'That')]);
  expect(outcomes(changed)).toEqual(['Read ok', edit]);
  expect(changed[1]?.text).toContain(edit === 'Edit ok' ? 'updated successfully' : 'has not been read yet');

  const folder = toldFolder(resumed.request());
  const results = await resumed.say(
    'And on',
    at(folder, [
      editMemory('one.md', 'by one', 'again by one'),
      editMemory('two.md', 'two', 'by two'),
      readMemory('MEMORY.md'),
      editMemory('MEMORY.md', entry('one'), entry('one') + entry('two')),
    ]),
  );
  expect(outcomes(results)).toEqual(['Edit ok', 'Edit ok', 'Read ok', 'Edit ok']);
  expect(await resumed.say('Look', [readMemory('one.md')])).toMatchObject([
    { isError: false, text: expect.stringContaining('again by one') },
  ]);

  if (to.sync === 'exit') await expectNotes(project, 'one');
  expect(await resumed.end()).toMatchObject({ exitCode: 0, stderr: '' });
  await expectNotes(project, 'one', 'two');
  const files = await Promise.all(['one.md', 'two.md', 'start.md'].map(async (name) => project.readMemoryFile(name)));
  expect(files).toEqual(['again by one\n', 'by two\n', `${edit === 'Edit ok' ? 'That' : 'It'} began here.\n`]);
});

test('claude can resume a conversation of a session that was held back: it asks about the old folder, and not about the folder that it names itself', async () => {
  const project = await heldProject();
  const id = await begin(held, project);
  const resumed = converse(claude, [], { ...project, resume: id });
  expect(outcomes(await resumed.say('Go on', [readMemory('one.md'), writeMemory('two.md', 'two\n')]))).toEqual([
    'Read refused',
    'Write refused',
  ]);
  expect(namedByClient(resumed.request())).toBe(project.memory);
  const results = await resumed.say(
    'And on',
    at(project.memory, [
      readMemory('one.md'),
      editMemory('one.md', 'by one', 'again by one'),
      writeMemory('two.md', 'by two\n'),
      editMemory('MEMORY.md', entry('one'), entry('one') + entry('two')),
    ]),
  );
  expect(outcomes(results)).toEqual(['Read ok', 'Edit ok', 'Write ok', 'Edit ok']);
  await resumed.end();
  await expectNotes(project, 'one', 'two');

  // If the user allows the old folder, the call writes to the shared one.
  const allowed = converse(claude, ['--permission-mode', 'bypassPermissions'], { ...project, resume: id });
  expect(outcomes(await allowed.say('Go on', [readMemory('two.md'), editMemory('two.md', 'by two', 'again by two')]))).toEqual([
    'Read ok',
    'Edit ok',
  ]);
  await allowed.end();
  expect(await project.readMemoryFile('two.md')).toBe('again by two\n');
});

/** Begins a conversation that makes a note, and returns its id. */
async function begin(kind: Kind, project: MemoryProject): Promise<string> {
  const conversation = converse(kind.program, [], { ...project, env: envOf(project, kind) });
  expect(outcomes(await conversation.say('Begin', takes('one'))).filter((outcome) => !outcome.endsWith('ok'))).toEqual([]);
  await conversation.end();
  await expectNotes(project, 'one');
  return conversation.id;
}

function envOf({ env }: MemoryProject, { sync }: Kind): Environment {
  return { ...env, PCLAUDE_SYNC: sync };
}

/** The calls with the folder spelled out: the replayed prompt names another one. */
function at(folder: string, calls: readonly ToolCall[]): ToolCall[] {
  const spelled: ToolCall[] = JSON.parse(JSON.stringify(calls).replaceAll('${MEMORY}', folder));
  return spelled;
}

/** The memory folder that pclaude reported to the model. */
function toldFolder({ body }: ModelRequest): string {
  return /The memory folder is (\S+) now/.exec(JSON.stringify(body.messages))?.[1] ?? '';
}

/** The memory folder that the client itself names when it resumes. */
function namedByClient(request: ModelRequest): string | undefined {
  return [
    ...userTexts(request)
      .join('\n')
      .matchAll(/Contents of (\S+)\/MEMORY\.md/g),
  ].at(-1)?.[1];
}

function outcomes(results: readonly ToolResult[]): string[] {
  return results.map(({ tool, isError }) => `${tool} ${isError ? 'refused' : 'ok'}`);
}
