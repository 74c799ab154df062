import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { converse } from '../support/conversation.js';
import { lastRequests, prompt, toolResults, userTexts, type Step, type ToolCall } from '../support/messages-api.js';
import { claude, pclaude } from '../support/real-client.js';
import { run, start } from '../support/run.js';
import { clientPrompt, openTerminal } from '../support/terminal.js';
import { entry, expectNotes, expectUntouched, heldProject, killedSession, takes } from './held-project.js';
import { askAgent, editMemory, readMemory, writeMemory } from './memory-calls.js';
import { firstEntry } from './memory-project.js';
import { sessionStates } from './session-files.js';

/** Makes the same note as another session, and changes the same line. */
function takesTheSame(n: number): Step[] {
  return [
    readMemory('MEMORY.md'),
    readMemory('start.md'),
    writeMemory('same.md', `Found by ${n}.\n`),
    editMemory('start.md', 'It began here.', `It began here, says ${n}.`),
    editMemory('MEMORY.md', firstEntry, `${firstEntry}- [Same](same.md) — found by ${n}\n`),
    { barrier: 'all written', parties: 2 },
  ];
}

describe('a session that is held back', () => {
  test('keeps its notes, and those of its agents, private until it ends, and reads them back', async () => {
    const project = await heldProject();
    const { api } = project;
    const steps = [...takes('one'), askAgent(prompt('You, too', takes('two'))), readMemory('MEMORY.md'), { hold: 'noted' }];
    const session = start(pclaude, ['-p', prompt('Take notes', steps)], project);
    await api.arrived('noted', 1);
    const results = lastRequests(api.requests).flatMap(toolResults);
    expect(results.filter(({ isError }) => isError)).toEqual([]);
    const texts = results.map(({ text }) => text);
    for (const text of ['by one', 'by two', entry('two').trim()]) expect(texts).toContainEqual(expect.stringContaining(text));
    await expectUntouched(project);

    api.release('noted');
    expect(await session.ended).toMatchObject({ exitCode: 0, stderr: '' });
    await expectNotes(project, 'one', 'two');
    expect(await project.readMemoryFile('one.md')).toBe('by one\n');
  });

  test('has its own index in its next prompt, and reports the merge in one line at its end', async () => {
    const project = await heldProject();
    const { api } = project;
    const terminal = openTerminal(pclaude, [], project);
    await terminal.waitFor(clientPrompt);
    await terminal.submit(prompt('Take notes', [...takes('one'), { text: 'Noted.' }]));
    await terminal.waitFor(/Noted\./);
    await terminal.submit('/clear');
    await terminal.waitFor((screen) => !screen.includes('Noted.'));
    await terminal.submit(prompt('What do you know?', [{ text: 'Enough.' }]));
    await terminal.waitFor(/Enough\./);
    expect(api.requests.slice(-1).flatMap(userTexts).join('\n')).toContain(entry('one'));
    await expectUntouched(project);

    await terminal.submit('/exit');
    await terminal.exit;
    expect(terminal.output().match(/pclaude: [^\r\n]*/g)).toEqual(['pclaude: merged 1 memory from main']);
    await expectNotes(project, 'one');
  });

  test('holds back the removal of notes, and removes no note that another session has changed', async () => {
    const project = await heldProject();
    const { api, memory, sandbox } = project;
    await sandbox.write(join(memory, 'old.md'), 'old\n');
    const steps = [{ hold: 'begun' }, shell('rm ${MEMORY}/old.md ${MEMORY}/start.md'), { hold: 'removed' }];
    const session = start(pclaude, ['-p', '--permission-mode', 'bypassPermissions', prompt('Tidy up', steps)], project);
    await api.arrived('begun', 1);
    await sandbox.write(join(memory, 'start.md'), 'It began elsewhere.\n');
    api.release('begun');
    await api.arrived('removed', 1);
    expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'old.md', 'start.md']);
    api.release('removed');
    await session.ended;
    expect(await project.memoryFiles()).toEqual(['MEMORY.md', 'start.md']);
  });

  test('writes the same note and the same line of the index as another one: nothing is lost', async () => {
    const project = await heldProject();
    const { api } = project;
    const ended = await Promise.all([1, 2].map(async (n) => run(pclaude, ['-p', prompt(`Take note ${n}`, takesTheSame(n))], project)));
    expect(ended.map(({ stderr }) => stderr).toSorted()).toEqual([
      '',
      'pclaude: merged 1 memory from main; 2 conflicts in memory/same.md and memory/start.md, both versions kept: pclaudectl conflicts\n',
    ]);
    expect(
      lastRequests(api.requests)
        .flatMap(toolResults)
        .filter(({ isError }) => isError),
    ).toEqual([]);

    const files = await project.memoryFiles();
    const copies = files.filter((file) => file.includes('.conflict-main-'));
    expect(files).toHaveLength(5);
    const notes = await Promise.all(['same.md', 'start.md', ...copies].map(async (file) => project.readMemoryFile(file)));
    expect(notes.toSorted()).toEqual(['Found by 1.\n', 'Found by 2.\n', 'It began here, says 1.\n', 'It began here, says 2.\n']);
    const index = await project.readMemoryFile('MEMORY.md');
    for (const text of ['found by 1', 'found by 2', ...copies.map((copy) => `(${copy})`)]) expect(index).toContain(text);
  });

  test('is merged by the next launch if its launcher and its client are killed', async () => {
    const project = await heldProject();
    await killedSession(project);
    await expectUntouched(project);
    expect(await run(pclaude, ['-p', 'hello'], project)).toMatchObject({ exitCode: 0, stderr: '' });
    await expectNotes(project, 'one');
    expect(await sessionStates(project.sandbox.stateDir)).toEqual(['closed', 'closed']);
  });
});

test.each(['default', 'dontAsk', 'acceptEdits', 'plan', 'bypassPermissions'])(
  'a session has the same permissions for its memory as under claude, in %s mode',
  async (mode) => {
    const outcomes = [];
    for (const program of [claude, pclaude]) {
      const project = await heldProject();
      const steps = [
        ...takes('one'),
        writeMemory('deep/two.md', 'two\n'),
        shell('echo more >> ${MEMORY}/one.md'),
        shell('cat ${MEMORY}/start.md'),
        shell('rm ${MEMORY}/start.md'),
        { tool: 'Write', input: { file_path: project.sandbox.at('outside.md'), content: 'outside\n' } },
        { tool: 'Read', input: { file_path: await project.sandbox.write('private.md', 'private\n') } },
      ];
      const conversation = converse(program, ['--permission-mode', mode], project);
      outcomes.push((await conversation.say('Work', steps)).map(({ tool, isError }) => `${tool} ${isError ? 'refused' : 'ok'}`));
      await conversation.end();
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[1]?.slice(0, 6)).toEqual(['Read', 'Write', 'Edit', 'Edit', 'Read', 'Write'].map((tool) => `${tool} ok`));
  },
);

function shell(command: string): ToolCall {
  return { tool: 'Bash', input: { command, description: 'Work on memory' } };
}
