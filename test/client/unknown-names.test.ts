import { lstat, mkdir, readdir, readFile, readlink, rename, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { lastRequests, prompt, toolResults } from '../support/messages-api.js';
import { createProject, openHomes, type Project } from '../support/project.js';
import { pclaude } from '../support/real-client.js';
import { run } from '../support/run.js';

test('a session sees files and folders with unknown names', async () => {
  const project = await createProject();
  await project.sandbox.write(project.shared('notes.txt'), 'a note\n');
  await project.sandbox.write(project.shared('framework/deep/state.md'), 'its state\n');

  expect(await inSession(project, 'cat notes.txt framework/deep/state.md')).toBe('a note\nits state');
});

test('files and folders that a session makes at the top reach the shared dir', async () => {
  const project = await createProject();
  const { sandbox, shared } = project;
  await inSession(
    project,
    "printf 'new\\n' > made.txt && chmod 640 made.txt && mkdir -p made/deep .hidden && echo in > made/deep/file.md && echo dot > .hidden/x && printf '\\000\\377' > made/binary",
  );

  expect(await sandbox.read(shared('made.txt'))).toBe('new\n');
  expect(await sandbox.read(shared('made/deep/file.md'))).toBe('in\n');
  expect(await sandbox.read(shared('.hidden/x'))).toBe('dot\n');
  expect([...(await readFile(shared('made/binary')))]).toEqual([0, 255]);
});

test('a file that two sessions and a user change keeps all their changes', async () => {
  const project = await createProject();
  const { api, sandbox, shared } = project;
  const file = await sandbox.write(shared('notes.txt'), 'top\nmiddle\nbottom\n');
  const gate = [{ barrier: 'both', parties: 2 }, { hold: 'person' }] as const;
  const sessions = ["sed -i 's/top/top of one/' notes.txt", "sed -i 's/bottom/bottom of two/' notes.txt"].map(async (command) =>
    inSession(project, command, { after: gate }),
  );
  await api.arrived('person', 2);
  // The user saves as an editor does: the file is whole at every moment.
  await writeFile(`${file}~`, 'top\nmiddle\nbottom\nby hand\n');
  await rename(`${file}~`, file);
  api.release('person');
  await Promise.all(sessions);

  const lines = (await sandbox.read(file)).trim().split('\n');
  expect(lines).toEqual(expect.arrayContaining(['top of one', 'middle', 'bottom of two', 'by hand']));
  expect(await names(project, /notes.*conflict/)).toEqual([]);
});

test('sockets, pipes, locks and temporary files stay in the session', async () => {
  const project = await createProject();
  const listen = `'${process.execPath}' -e "require('node:net').createServer().listen('daemon.socket', () => process.kill(process.pid, 'SIGKILL'))"`;
  await inSession(
    project,
    `(${listen} || true) && mkfifo pipe && mkdir some.lock && touch other.lock a.tmp b.tmp.123.abc c.pid d.sock && touch kept`,
  );

  expect(await names(project, /^(?:daemon\.socket|pipe|.*\.lock|.*\.tmp.*|.*\.pid|.*\.sock)$/)).toEqual([]);
  expect(await names(project, /^kept$/)).toEqual(['kept']);
});

test('links are merged as links, and no write goes through them', async () => {
  const project = await createProject();
  const { sandbox, shared } = project;
  const outside = await sandbox.write('outside/file.txt', 'outside\n');
  await sandbox.write(shared('taken'), 'the user had this name\n');
  await inSession(
    project,
    `mkdir tree && ln -s ${outside} tree/out && ln -s ../.. tree/up && ln -s kept.md link && ln -s nowhere/at/all dangling && ln -s ${sandbox.at('outside')} folder && touch kept.md && ln -sf /etc/hostname taken`,
    {
      stderr: expect.stringMatching(
        /^pclaude: taken is a link in the session, and something else in the shared dir; it stays as \S+\/taken: move it to where you want it\n$/,
      ),
    },
  );

  expect(await readlink(shared('tree/out'))).toBe(outside);
  expect(await readlink(shared('tree/up'))).toBe('../..');
  expect(await readlink(shared('link'))).toBe('kept.md');
  expect(await readlink(shared('dangling'))).toBe('nowhere/at/all');
  expect(await readlink(shared('folder'))).toBe(sandbox.at('outside'));
  expect((await lstat(shared('taken'))).isFile()).toBe(true);
  expect(await readdir(sandbox.at('outside'))).toEqual(['file.txt']);
});

test("the shared dir has no link of the home and none of pclaude's files", async () => {
  const project = await createProject();
  await mkdir(project.shared('framework'), { recursive: true });
  await inSession(project, 'touch made.txt');

  const found = await names(project, /./);
  expect(found.filter((name) => name.includes('pclaude'))).toEqual([]);
  for (const name of found) expect([name, (await lstat(project.shared(name))).isSymbolicLink()]).toEqual([name, false]);
  expect(await openHomes(project.sandbox)).toEqual([]);
});

interface SessionOptions {
  /** What the model does after the command. */
  readonly after?: Parameters<typeof prompt>[1];
  /** The expected output of pclaude, by default none. */
  readonly stderr?: unknown;
}

/** Runs a shell command in the config dir of a new session, as the tools of its client would; resolves to its output. */
async function inSession({ api, cwd, env }: Project, command: string, { after = [], stderr = '' }: SessionOptions = {}): Promise<string> {
  const steps = [
    { tool: 'Bash', input: { command: `cd "$CLAUDE_CONFIG_DIR" && ${command}`, description: 'Work in the config dir' } },
    ...after,
  ];
  const before = api.requests.length;
  const result = await run(pclaude, ['-p', '--permission-mode', 'bypassPermissions', prompt(command.slice(0, 20), steps)], { cwd, env });
  expect(result).toMatchObject({ exitCode: 0, stderr });
  const outputs = lastRequests(api.requests.slice(before)).flatMap(toolResults);
  expect(outputs.filter(({ isError }) => isError)).toEqual([]);
  return outputs.at(-1)?.text.replace(/\nShell cwd was reset[^]*/, '') ?? '';
}

async function names({ shared }: Project, pattern: RegExp): Promise<string[]> {
  return (await readdir(shared())).filter((name) => pattern.test(name)).toSorted();
}
