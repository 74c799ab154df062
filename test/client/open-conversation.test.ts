import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseClientRecord } from '../../src/client/live-clients.js';
import { prompt } from '../support/messages-api.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';
import { clientPrompt, openTerminal } from '../support/terminal.js';
import { eventually } from '../support/wait.js';
import { memoryProject } from './memory-project.js';

const LINE = 'this conversation is open elsewhere, too';

/** A conversation that a client at a terminal has open and has answered in. */
async function openConversation(
  program: Program,
): Promise<{ project: Awaited<ReturnType<typeof memoryProject>>; id: string; pid: number }> {
  const project = await memoryProject();
  const terminal = openTerminal(program, [], project);
  await terminal.waitFor(clientPrompt);
  await terminal.submit(prompt('Remember the first thing', []));
  const folder = join(project.sandbox.home, '.claude/sessions');
  const projects = join(project.sandbox.home, '.claude/projects');
  const found = await eventually(() => {
    const records = readdirSync(folder).flatMap(
      (name) => parseClientRecord(/^\d+\.json$/.test(name) ? readFileSync(join(folder, name), 'utf8') : '') ?? [],
    );
    const transcripts = readdirSync(projects, { recursive: true }).map(String);
    return records.find(
      ({ conversation, status }) => status === 'idle' && transcripts.some((name) => name.endsWith(`${conversation}.jsonl`)),
    );
  }, 'the conversation is written down');
  return { project, id: found.conversation, pid: found.pid };
}

test.each([
  { from: pclaude, who: (): RegExp => /\(session [0-9a-z]{10} from \S+, in \S+/ },
  { from: claude, who: (): RegExp => /\(plain claude, pid \d+, in \S+/ },
])('pclaude resumes a conversation that $from.name has open, and reports in one line where it is open', async ({ from, who }) => {
  const { project, id } = await openConversation(from);
  for (const args of [['--resume', id], ['-r', id], ['--continue']]) {
    const terminal = openTerminal(pclaude, args, { ...project, cols: 300 });
    const screen = await terminal.waitFor((shown) => shown.includes(LINE) && clientPrompt.test(shown));
    expect(screen).toMatch(who());
    terminal.type('\u0003');
    terminal.type('\u0003');
    await terminal.exit;
  }
  const silent = openTerminal(pclaude, ['--resume', id], { ...project, cols: 300, env: { ...project.env, PCLAUDE_QUIET: '1' } });
  expect(await silent.waitFor(clientPrompt)).not.toContain(LINE);
  const printed = await run(pclaude, ['-p', '--resume', id, prompt('Go on', [])], project);
  expect([printed.exitCode, printed.stderr, printed.stdout.toString().includes(LINE)]).toEqual([0, '', false]);
});

test('pclaude reports nothing when it resumes a conversation that no client has open', async () => {
  const { project, id, pid } = await openConversation(pclaude);
  process.kill(pid, 'SIGTERM');
  await eventually(() => !readdirSync(join(project.sandbox.home, '.claude/sessions')).includes(`${pid}.json`), 'its client has ended');
  const terminal = openTerminal(pclaude, ['--resume', id], { ...project, cols: 300 });
  expect(await terminal.waitFor(clientPrompt)).not.toContain(LINE);
});
