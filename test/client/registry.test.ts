import { describe, expect, test } from 'vitest';
import { prompt } from '../support/messages-api.js';
import { createProject, type Project } from '../support/project.js';
import { endProcess } from '../support/processes.js';
import { claude, pclaude, pclaudectl } from '../support/real-client.js';
import { run } from '../support/run.js';
import { clientPrompt, openTerminal, type Terminal } from '../support/terminal.js';
import { eventually } from '../support/wait.js';

describe('a plain claude at a terminal', () => {
  test('is listed as not isolated while it runs', async () => {
    const project = await createProject();
    const plain = await openPlain(project);
    const line = new RegExp(String.raw`^${plain.pid} +plain +(?:idle|busy) +(?:0m|-) +0m +- +main +~/project +-$`, 'm');
    expect(await onTerminal(project, ['sessions'])).toMatch(line);
    expect(await json(project)).toMatchObject([
      { id: null, status: 'running', isolated: false, pid: plain.pid, cwd: project.cwd, branch: 'main', sharedDir: project.shared() },
    ]);

    await plain.submit(prompt('Wait', [{ hold: 'held' }, { text: 'Done.' }]));
    await project.api.arrived('held', 1);
    await eventually(async () => expect(await json(project)).toMatchObject([{ activity: 'busy', idleSince: null }]), 'it is busy');
    project.api.release('held');
    await eventually(
      async () => expect(await json(project)).toMatchObject([{ activity: 'idle', idleSince: expect.any(String) }]),
      'it is idle',
    );
    const { conversation, transcript } = conversationOf((await json(project))[0]);
    const shown = (await run(pclaudectl, ['sessions', 'show', String(plain.pid)], project)).stdout.toString();
    expect(shown).toMatch(/^state +running, not isolated, idle for 0m$/m);
    expect(shown).toContain(String(conversation));
    expect(transcript).toBe(project.shared('projects', project.cwd.replaceAll(/[^a-zA-Z0-9]/g, '-'), `${String(conversation)}.jsonl`));

    // The file that it leaves there no longer describes a running client.
    endProcess(plain.pid);
    await plain.exit;
    expect(await json(project)).toEqual([]);
  });

  test('makes a launch in the same folder warn, but not a launch in another worktree', async () => {
    const project = await createProject();
    const [worktree = ''] = await project.sandbox.worktrees('project', 1);
    await project.sandbox.seedClaude({ trust: [project.cwd, worktree] });
    await openPlain(project);
    const [here, there] = [project.cwd, worktree].map((cwd) => openTerminal(pclaude, [], { ...project, cwd, cols: 160, rows: 30 }));
    // The client takes over the whole screen, so it prints the warning itself.
    await here?.waitFor(/❯[^]*says: pclaude: 1 other session works in this|says: pclaude: 1 other session works in this[^]*❯/);
    await here?.submit(prompt('Say it', [{ text: 'Said.' }]));
    await here?.waitFor(/Said\./);
    expect(JSON.stringify(project.api.requests)).not.toContain('other session works in this');
    expect(await firstLine(here)).toBe(
      'pclaude: 1 other session works in this working tree (1 plain claude): your edits may collide; work in your own: pclaudectl worktree add BRANCH --launch',
    );
    expect(await firstLine(there)).toMatch(
      /^pclaude: (?:1 other session works|2 other sessions work) in other worktrees of this repository \(1 plain claude\): pclaudectl sessions$/,
    );
  });
});

test('a session is listed with its conversation, and its background jobs do not count as plain', async () => {
  const project = await createProject();
  const session = openTerminal(pclaude, [], project);
  await session.waitFor(clientPrompt);
  await run(pclaude, ['--bg', prompt('Wait', [{ hold: 'held' }])], project);
  await project.api.arrived('held', 1);
  const [own, background] = await eventually(async () => {
    const entries = await json(project);
    return entries.every((entry) => conversationOf(entry).conversation !== undefined) && entries.length === 2 ? entries : undefined;
  }, 'both clients have described themselves');
  expect(own).toMatchObject({ status: 'running', isolated: true, conversations: [{ kind: 'interactive', transcript: null }] });
  expect(background).toMatchObject({
    status: 'running',
    isolated: true,
    activity: 'busy',
    conversations: [{ kind: 'background', transcript: expect.stringContaining(project.shared('projects')) }],
  });
  expect((await onTerminal(project, ['sessions'])).split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('a claude that was started in a session is a part of it', async () => {
  const project = await createProject();
  const command = `${claude.file} -p ${JSON.stringify(prompt('Wait', [{ hold: 'inner' }]))} < /dev/null`;
  const outer = prompt('Start another one', [
    { tool: 'Bash', input: { command, description: 'Start claude', run_in_background: true } },
    { hold: 'outer' },
  ]);
  void run(pclaude, ['-p', '--allowedTools', 'Bash', '--', outer], project);
  await Promise.all([project.api.arrived('inner', 1), project.api.arrived('outer', 1)]);
  expect(
    await eventually(async () => {
      const entries = await json(project);
      return entries.length === 1 && Array.isArray(entries[0]?.['conversations']) && entries[0]['conversations'].length === 2
        ? entries
        : undefined;
    }, 'both clients have described themselves'),
  ).toMatchObject([{ isolated: true }]);
});

/** A plain client that waits for a message. */
async function openPlain(project: Project): Promise<Terminal> {
  const plain = openTerminal(claude, [], project);
  await plain.waitFor(clientPrompt);
  return plain;
}

/** The first output of its terminal, read after the client has exited because the client may have taken over the whole screen. */
async function firstLine(terminal: Terminal | undefined): Promise<string | undefined> {
  await terminal?.waitFor(clientPrompt);
  await terminal?.submit('/exit');
  await terminal?.exit;
  return terminal?.screen().split('\n')[0];
}

/** The output of pclaudectl at a terminal of 80 columns. */
async function onTerminal(project: Project, args: readonly string[]): Promise<string> {
  const terminal = openTerminal(pclaudectl, args, { ...project, cols: 80, rows: 30 });
  await terminal.exit;
  return terminal.output().replaceAll('\r', '');
}

type Json = Readonly<Record<string, unknown>>;

async function json(project: Project): Promise<Json[]> {
  const value: unknown = JSON.parse((await run(pclaudectl, ['sessions', '--json'], project)).stdout.toString());
  return Array.isArray(value) ? value : [];
}

/** The first conversation of an entry. */
function conversationOf(entry: Json | undefined): { conversation: unknown; transcript: unknown } {
  const conversations = entry?.['conversations'];
  const [first]: readonly Json[] = Array.isArray(conversations) ? conversations : [];
  return { conversation: first?.['id'], transcript: first?.['transcript'] };
}
