import { expect, test } from 'vitest';
import * as v from 'valibot';
import { lastRequests, prompt, toolResults, type ToolCall } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { pclaude } from '../support/real-client.js';
import { clientPrompt, openTerminal, type Terminal } from '../support/terminal.js';
import { eventually } from '../support/wait.js';

const use: ToolCall = { tool: 'Skill', input: { skill: 'greet' } };

function makeSkill({ shared }: Project): ToolCall {
  return {
    tool: 'Write',
    input: {
      file_path: shared('skills/greet/SKILL.md'),
      content: '---\nname: greet\ndescription: Greets people\n---\nGreet them warmly.\n',
    },
  };
}

/** A session at a terminal that asks for no permission and has answered once. */
async function session(project: Project, name: string): Promise<Terminal> {
  const terminal = openTerminal(pclaude, ['--permission-mode', 'bypassPermissions'], project);
  await terminal.waitFor(clientPrompt);
  await terminal.submit(prompt(`Begin ${name}`, [{ text: `${name} has begun.` }]));
  await terminal.waitFor(new RegExp(`${name} has begun\\.`));
  return terminal;
}

/** At a terminal the client looks for new skills while it runs; with -p it does not. Seen in 2.1.329. */
test('two running sessions can use a skill that one of them has just created', async () => {
  const project = await createProject();
  const state = v.parse(v.record(v.string(), v.unknown()), JSON.parse(await project.sandbox.read(project.stateFile)));
  await project.sandbox.write(project.stateFile, JSON.stringify({ ...state, bypassPermissionsModeAccepted: true }));
  const maker = await session(project, 'the first');
  const other = await session(project, 'the second');

  await maker.submit(prompt('Make a skill', [makeSkill(project), { text: 'It is made.' }]));
  await maker.waitFor(/It is made\./);
  for (const [terminal, name] of [
    [maker, 'the first'],
    [other, 'the second'],
  ] as const) {
    expect(await tryToUse(project, terminal, name)).toBe('Launching skill: greet');
    await terminal.submit('/exit');
    expect(await terminal.exit).toMatchObject({ exitCode: 0 });
  }
});

/**
 * Asks for the skill until the client knows it, and returns the last answer to the model. The client's watcher misses writes that happen
 * while it starts to watch, also under plain claude, so the skill is saved again before each further attempt.
 */
async function tryToUse({ api, sandbox, shared }: Project, terminal: Terminal, name: string): Promise<string> {
  const skill = shared('skills/greet/SKILL.md');
  let attempt = 0;
  const used = async (): Promise<string | undefined> => {
    attempt += 1;
    if (attempt > 1) await sandbox.write(skill, await sandbox.read(skill));
    await terminal.submit(prompt(`Use it in ${name}, attempt ${attempt}`, [use, { text: `${name} has tried ${attempt}.` }]));
    await terminal.waitFor(new RegExp(`${name} has tried ${attempt}\\.`));
    const own = lastRequests(api.requests).find(({ body }) => JSON.stringify(body).includes(`Use it in ${name}`));
    const last = own && toolResults(own).at(-1);
    return last?.isError === false ? last.text : undefined;
  };
  return eventually(used, `${name} knows the skill`, { timeout: 60_000, interval: 500 });
}
