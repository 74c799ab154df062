import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastRequests, memoryFolder, prompt, startMessagesApi, toolResults, type ToolCall } from '../support/messages-api.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';
import { createSandbox } from '../support/sandbox.js';
import { someOf } from '../support/some-of.js';
import { askAgent, editMemory, readMemory, writeMemory } from './memory-calls.js';
import { firstEntry, memoryProject } from './memory-project.js';
import { mentions } from './mentions.js';
import { starts } from './memory-starts.js';

test.each(someOf(Object.entries(starts)))(
  'the prompt names the memory folder of plain claude by its real path, and writes reach it: %s',
  async (_title, prepare) => {
    const sandbox = await createSandbox();
    const api = await startMessagesApi();
    const { cwd, extra = {}, args = [] } = await prepare(sandbox);
    const trust = [cwd, sandbox.at('project')];
    await sandbox.seedClaude({ trust });
    await sandbox.seedClaude({ trust, configDir: 'my-config' });
    const env = sandbox.env({ api, extra });
    const folderNamedBy = async (program: Program): Promise<string | undefined> => {
      const file = `by-${program.name}.md`;
      const steps = [writeMemory(file, 'one\n'), editMemory(file, 'one', 'two'), readMemory(file)];
      await run(program, ['-p', '--permission-mode', 'dontAsk', ...args, prompt('Take a note', steps)], { cwd, env });
      const [last] = lastRequests(api.requests.splice(0));
      expect(last && toolResults(last).map(({ tool, text, isError }) => [tool, isError && text])).toEqual(
        steps.map(({ tool }) => [tool, false]),
      );
      return last && memoryFolder(last);
    };

    const plain = await folderNamedBy(claude);
    // Plain claude also accepts that path without asking.
    expect(await folderNamedBy(pclaude)).toBe(plain && (await realpath(plain)));
    expect(await sandbox.read(join(plain ?? '', 'by-pclaude.md'))).toBe('two\n');
  },
);

/** Everything that a model does with its memory, including calls that fail. */
function work(name: string): ToolCall[] {
  return [
    readMemory('MEMORY.md'),
    writeMemory(`${name}.md`, 'one\n'),
    writeMemory(`${name}.md`, 'two\n'),
    editMemory(`${name}.md`, 'nothing like this', 'three'),
    editMemory('MEMORY.md', firstEntry, `${firstEntry}- ${name}\n`),
    readMemory(`${name}.md`),
    readMemory('missing.md'),
  ];
}

test('no request names a folder of a session', async () => {
  const { api, cwd, env, sandbox } = await memoryProject();
  await run(pclaude, ['-p', prompt('Take notes', [...work('main'), askAgent(prompt('You, too', work('agent')))])], { cwd, env });
  await run(pclaude, ['-p', '--continue', prompt('Go on', work('later'))], { cwd, env });

  const failed = lastRequests(api.requests)
    .flatMap(toolResults)
    .filter(({ isError }) => isError);
  expect(failed.map(({ tool }) => tool).toSorted()).toEqual(['Edit', 'Edit', 'Edit', 'Read', 'Read', 'Read']);
  expect(mentions(api.requests, sandbox.stateDir)).toEqual([]);
});
