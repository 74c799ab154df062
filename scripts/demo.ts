import { readdir } from 'node:fs/promises';
import { endEverything, endOnSignals } from '../test/support/lifetime.js';
import { prompt, startMessagesApi, type Step } from '../test/support/messages-api.js';
import { claude, pclaude, type Program } from '../test/support/real-client.js';
import { run } from '../test/support/run.js';
import { createSandbox, type Sandbox } from '../test/support/sandbox.js';
import { type DemoOutcome, demoTable, faultsOf } from './demo/outcome.js';
import { countSections, type Section } from './stress/sections.js';

// Three real Claude Code sessions, in three worktrees of one repository, write the same two memory files at the same
// moment, five times over: first as plain `claude`, then as `pclaude`. No account, no network beyond loopback: a small
// server on 127.0.0.1 plays the model. Exits with 1, and keeps the home, if pclaude loses or doubles anything.
const SESSIONS = ['voice-buffer', 'billing', 'search'];
const ROUNDS = 5;
const INDEX = '# Memory\n\n- [Architecture](architecture.md) — how the parts fit\n';
/** The bound of one session, in ms: on a busy machine it takes minutes. */
const TIMEOUT = 600_000;
const TOPIC = '# Architecture\n\nOne process, one queue.\n';

/** Runs the sessions with one program and counts their lines and sections. */
async function play(program: Program): Promise<DemoOutcome & { readonly sandbox: Sandbox }> {
  const sandbox = await createSandbox();
  const api = await startMessagesApi();
  const repo = await sandbox.repo('project');
  const trees = await sandbox.worktrees('project', SESSIONS.length);
  const memory = `.claude/projects/${repo.replaceAll(/[^a-zA-Z0-9]/g, '-')}/memory`;
  await sandbox.write(`${memory}/MEMORY.md`, INDEX);
  await sandbox.write(`${memory}/architecture.md`, TOPIC);
  const env = sandbox.env({ api });
  const ends = await Promise.all(
    trees.map(async (cwd, at) =>
      run(program, ['-p', prompt('Write down what you learned.', steps(SESSIONS[at] ?? ''))], { cwd, env, timeout: TIMEOUT }),
    ),
  );
  const names = await readdir(sandbox.at(memory));
  return {
    sandbox,
    index: countSections(await sandbox.read(`${memory}/MEMORY.md`), INDEX, notes.map(indexLine)),
    topic: countSections(await sandbox.read(`${memory}/architecture.md`), TOPIC, notes.map(topicSection)),
    conflicts: names.filter((name) => name.includes('.conflict-')),
    failures: ends.filter(({ exitCode }) => exitCode !== 0).map(({ exitCode, signal, stderr }) => `${exitCode ?? signal} ${stderr.trim()}`),
  };
}

/** A note that one session takes in one round. */
interface Note {
  readonly session: string;
  readonly round: number;
}

const rounds = Array.from({ length: ROUNDS }, (_, at) => at + 1);
const notes = SESSIONS.flatMap((session) => rounds.map((round): Note => ({ session, round })));

function indexLine(note: Note): Section {
  return { title: titleOf(note), text: `- [${titleOf(note)}](${note.session}-${note.round}.md) — learned\n` };
}

function topicSection(note: Note): Section {
  return { title: titleOf(note), text: `## ${titleOf(note)}\n\nFound by ${note.session} in round ${note.round}.\n\n` };
}

function titleOf({ session, round }: Note): string {
  return `note ${session} ${round}`;
}

/** What the model of one session does: it reads both files once, and edits each of them once a round. */
function steps(session: string): Step[] {
  const [index, topic] = ['${MEMORY}/MEMORY.md', '${MEMORY}/architecture.md'];
  const edits = rounds.flatMap((round): Step[] => [
    { barrier: `index ${round}`, parties: SESSIONS.length },
    {
      tool: 'Edit',
      input: { file_path: index, old_string: '# Memory\n\n', new_string: `# Memory\n\n${indexLine({ session, round }).text}` },
    },
    { barrier: `topic ${round}`, parties: SESSIONS.length },
    {
      tool: 'Edit',
      input: {
        file_path: topic,
        old_string: '# Architecture\n\n',
        new_string: `# Architecture\n\n${topicSection({ session, round }).text}`,
      },
    },
  ]);
  return [{ tool: 'Read', input: { file_path: index } }, { tool: 'Read', input: { file_path: topic } }, ...edits];
}

endOnSignals();
process.stdout.write(
  `${SESSIONS.length} Claude Code sessions, ${SESSIONS.length} worktrees, one memory: each writes ${ROUNDS} notes into 2 files.\n`,
);
try {
  process.stdout.write('Running them as claude …\n');
  const plain = await play(claude);
  process.stdout.write('Running them as pclaude …\n\n');
  const ours = await play(pclaude);
  process.stdout.write(demoTable(plain, ours));
  const faults = faultsOf(ours);
  if (faults.length > 0) {
    ours.sandbox.keep();
    process.exitCode = 1;
    process.stdout.write(
      `\npclaude did not keep everything exactly once:\n${faults.map((fault) => `- ${fault}\n`).join('')}The home of its sessions is kept: ${ours.sandbox.home}\n`,
    );
  }
} finally {
  await endEverything();
}
