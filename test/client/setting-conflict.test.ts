import { expect, test } from 'vitest';
import { createProject, type Project } from '../support/project.js';
import { pclaude, pclaudectl } from '../support/real-client.js';
import { run } from '../support/run.js';
import { clientPrompt, openTerminal, type Terminal } from '../support/terminal.js';

/** A session that holds back its changes until it ends. */
async function session({ cwd, env }: Project): Promise<Terminal> {
  const terminal = openTerminal(pclaude, [], { cwd, env: { ...env, PCLAUDE_SYNC: 'exit' } });
  await terminal.waitFor(clientPrompt);
  return terminal;
}

async function chooseModel(terminal: Terminal, model: string): Promise<void> {
  await terminal.submit(`/model ${model}`);
  await terminal.waitFor(/Set model to/);
}

async function said(terminal: Terminal): Promise<string[]> {
  await terminal.submit('/exit');
  expect((await terminal.exit).exitCode).toBe(0);
  return terminal.output().match(/pclaude: merged [^\r\n]*/g) ?? [];
}

test('two clients choose a model at once: the last line names the one in effect, and the other is kept and can be chosen', async () => {
  const project = await createProject();
  const { cwd, env, sandbox, shared } = project;
  await sandbox.write(shared('settings.json'), '{"model":"opus"}\n');
  const [one, two] = [await session(project), await session(project)];
  await chooseModel(one, 'sonnet');
  await chooseModel(two, 'haiku');
  expect(await said(one)).toEqual(['pclaude: merged settings.json from main']);
  expect(await said(two)).toEqual([
    'pclaude: merged settings.json from main; both sides changed settings.json: model (now "haiku"); the other value is kept: pclaudectl conflicts',
  ]);

  const ctl = async (...args: string[]): Promise<string> => (await run(pclaudectl, ['conflicts', ...args], { cwd, env })).stdout.toString();
  expect(await ctl()).toMatch(/^~\/\.claude\/settings\.json: model\n {2}from main, 0m ago: \S+\n {2}the value of main stands\n$/);
  await ctl('resolve', 'settings.json: model', '--session');
  expect(JSON.parse(await sandbox.read(shared('settings.json')))).toMatchObject({ model: 'sonnet' });
  expect(await ctl()).toBe('');
});
