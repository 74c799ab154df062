import { endEverything } from '../test/support/lifetime.js';
import { prompt, startMessagesApi, type Step } from '../test/support/messages-api.js';
import { claude, pclaude, type Program } from '../test/support/real-client.js';
import { run } from '../test/support/run.js';
import { createSandbox } from '../test/support/sandbox.js';

// Three real Claude Code sessions, in three worktrees of one repository, write the same two memory files at the same
// moment, five times over: first as plain `claude`, then as `pclaude`. No account, no network beyond loopback: a small
// server on 127.0.0.1 plays the model.
const SESSIONS = ['voice-buffer', 'billing', 'search'];
const ROUNDS = 5;
const INDEX = '# Memory\n\n- [Architecture](architecture.md) — how the parts fit\n';
const TOPIC = '# Architecture\n\nOne process, one queue.\n';

interface Kept {
  readonly index: number;
  readonly topic: number;
  readonly conflicts: number;
}

/** Runs the sessions with one program and counts what is left of what they wrote. */
async function play(program: Program): Promise<Kept> {
  const sandbox = await createSandbox();
  const api = await startMessagesApi();
  const repo = await sandbox.repo('project');
  const trees = await sandbox.worktrees('project', SESSIONS.length);
  const memory = `.claude/projects/${repo.replaceAll(/[^a-zA-Z0-9]/g, '-')}/memory`;
  await sandbox.write(`${memory}/MEMORY.md`, INDEX);
  await sandbox.write(`${memory}/architecture.md`, TOPIC);
  await Promise.all(
    trees.map((cwd, at) => run(program, ['-p', prompt('Write down what you learned.', steps(SESSIONS[at] ?? ''))], { cwd, env: sandbox.env({ api }) })),
  );
  const [index, topic] = await Promise.all([sandbox.read(`${memory}/MEMORY.md`), sandbox.read(`${memory}/architecture.md`)]);
  const { readdir } = await import('node:fs/promises');
  const names = await readdir(sandbox.at(memory));
  return { index: count(index, /^- \[note /gm), topic: count(topic, /^## note /gm), conflicts: names.filter((name) => name.includes('.conflict-')).length };
}

/** What the model of one session does: it reads both files once, and edits each of them once a round. */
function steps(session: string): Step[] {
  const [index, topic] = ['${MEMORY}/MEMORY.md', '${MEMORY}/architecture.md'];
  const rounds = Array.from({ length: ROUNDS }, (_, round): Step[] => {
    const note = `note ${session} ${round + 1}`;
    return [
      { barrier: `index ${round}`, parties: SESSIONS.length },
      { tool: 'Edit', input: { file_path: index, old_string: '# Memory\n\n', new_string: `# Memory\n\n- [${note}](${session}-${round + 1}.md) — learned\n` } },
      { barrier: `topic ${round}`, parties: SESSIONS.length },
      { tool: 'Edit', input: { file_path: topic, old_string: '# Architecture\n\n', new_string: `# Architecture\n\n## ${note}\n\nFound by ${session}.\n\n` } },
    ];
  });
  return [{ tool: 'Read', input: { file_path: index } }, { tool: 'Read', input: { file_path: topic } }, ...rounds.flat()];
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function row(what: string, plain: string, ours: string): string {
  return `${what.padEnd(34)}${plain.padStart(14)}${ours.padStart(12)}\n`;
}

const written = SESSIONS.length * ROUNDS;
process.stdout.write(`${SESSIONS.length} Claude Code sessions, ${SESSIONS.length} worktrees, one memory: each writes ${ROUNDS} notes into 2 files.\n`);
try {
  process.stdout.write('Running them as claude …\n');
  const plain = await play(claude);
  process.stdout.write('Running them as pclaude …\n\n');
  const ours = await play(pclaude);
  process.stdout.write(row('', 'claude', 'pclaude'));
  process.stdout.write(row('index lines kept in MEMORY.md', `${plain.index} of ${written}`, `${ours.index} of ${written}`));
  process.stdout.write(row('sections kept in architecture.md', `${plain.topic} of ${written}`, `${ours.topic} of ${written}`));
  process.stdout.write(row('conflict copies', String(plain.conflicts), String(ours.conflicts)));
  process.exitCode = ours.index + ours.topic + ours.conflicts === 2 * written ? 0 : 1;
} finally {
  await endEverything();
}
