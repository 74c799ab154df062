import { readdir, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { lastRequests, prompt, toolResults, type Step } from '../../support/messages-api.js';
import { createProject } from '../../support/project.js';
import { claude, pclaude, type Program } from '../../support/real-client.js';
import { run } from '../../support/run.js';

const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
const first = '- [Start](start/SKILL.md) — how to begin\n';
const entry = (n: number): string => `- [Skill ${n}](skill-${n}/SKILL.md) — what session ${n} can do\n`;

type Change = (n: number, index: string) => Step;

interface Outcome {
  /** The numbers of the sessions whose tool reported success. */
  readonly saved: readonly number[];
  readonly kept: readonly number[];
}

/** This many sessions register a skill in the shared index at the same moment, by the path that users know. */
async function register(program: Program, change: Change, from: 'project' | 'skills' = 'project'): Promise<Outcome> {
  const { api, cwd, env, sandbox, shared } = await createProject();
  const index = await sandbox.write(shared('skills/_index.md'), `# Skills\n\n${first}`);
  const saved: number[] = [];
  await Promise.all(
    numbers.map(async (n) => {
      const steps: Step[] = [
        { tool: 'Read', input: { file_path: index } },
        { barrier: 'all have read', parties: numbers.length },
        change(n, index),
      ];
      await run(program, ['-p', '--permission-mode', 'bypassPermissions', prompt(`Register skill ${n}`, steps)], {
        cwd: from === 'project' ? cwd : shared('skills'),
        env,
      });
      const own = lastRequests(api.requests).find((request) => JSON.stringify(request.body).includes(`Register skill ${n}`));
      if (own && toolResults(own).at(-1)?.isError === false) saved.push(n);
    }),
  );
  const lines = (await sandbox.read(index)).split('\n');
  expect(lines).toContain(first.trim());
  return { saved: numbers.filter((n) => saved.includes(n)), kept: numbers.filter((n) => lines.includes(entry(n).trim())) };
}

const edit: Change = (n, index) => ({ tool: 'Edit', input: { file_path: index, old_string: first, new_string: `${first}${entry(n)}` } });
const write: Change = (n, index) => ({ tool: 'Write', input: { file_path: index, content: `# Skills\n\n${first}${entry(n)}` } });

test('eight sessions that edit the index of skills at the same moment keep all entries', async ({ annotate }) => {
  const plain = await register(claude, edit);
  await annotate(`plain claude kept ${plain.kept.length} of ${plain.saved.length} entries that it called saved`);
  expect(plain.saved).not.toEqual([]);

  const ours = await register(pclaude, edit);
  expect(ours.kept).toEqual(numbers);
});

test('eight sessions that overwrite the index of skills at the same moment: an entry whose write reports success is in the file', async ({
  annotate,
}) => {
  const plain = await register(claude, write);
  await annotate(`plain claude kept ${plain.kept.length} of ${plain.saved.length} entries that it called saved`);

  const ours = await register(pclaude, write);
  await annotate(`pclaude kept ${ours.kept.length} of ${ours.saved.length} entries that it called saved`);
  expect(ours.saved).not.toEqual([]);
  expect(ours.kept).toEqual(ours.saved);
});

/** The ways in which models write it: they append a line with `>>`, write the whole file with a heredoc, or edit it with `sed`. */
const byShell: readonly ((line: string, index: string) => string)[] = [
  (line, index) => `echo '${line.trim()}' >> ${index}`,
  (line, index) => `cat > ${index} <<'EOF'\n# Skills\n\n${first}${line}EOF`,
  (line, index) => `sed -i 's|^- \\[Start\\].*|&\\n${line.trim()}|' ${index} && cat ${index}`,
];
const shell: Change = (n, index) => ({
  tool: 'Bash',
  input: { command: byShell[n % byShell.length]?.(entry(n), index) ?? '', description: 'Register' },
});

/** The ways in which models spell the path. */
const SPELLED = ['~/.claude/skills/_index.md', '$HOME/.claude/skills/_index.md', '"$CLAUDE_CONFIG_DIR"/skills/_index.md'];

test('eight sessions that register a skill by shell commands keep all entries, however they spell its path', async () => {
  const ours = await register(pclaude, (n) => shell(n, SPELLED[Math.floor(n / byShell.length)] ?? ''));

  expect(ours).toEqual({ saved: numbers, kept: numbers });
});

test('eight sessions that work in that folder and name only the file keep all entries', async () => {
  const ours = await register(pclaude, (n) => shell(n, '_index.md'), 'skills');

  expect(ours).toEqual({ saved: numbers, kept: numbers });
});

test("the launcher's memory is the only place that keeps the content from before a command", async () => {
  const project = await createProject();
  const { api, sandbox, shared } = project;
  await sandbox.write(shared('skills/x/SKILL.md'), 'Be brief.\n');
  const command =
    'echo more >> ~/.claude/skills/x/SKILL.md; grep -rl "Be brief" "$(dirname "$CLAUDE_CONFIG_DIR")" "$TMPDIR"; ls "$(dirname "$CLAUDE_CONFIG_DIR")/base"';
  await run(
    pclaude,
    ['-p', '--permission-mode', 'bypassPermissions', prompt('Look at it', [{ tool: 'Bash', input: { command, description: 'Look' } }])],
    project,
  );

  const [answer] = lastRequests(api.requests)
    .flatMap(toolResults)
    .map(({ text }) => text);
  expect(answer?.split('\n')).toEqual(['home', 'unverified']);
});

test('a folder or file that a shell command makes, moves or removes changes for all sessions, and no answer names a folder of the session', async () => {
  const project = await createProject();
  const { api, sandbox, shared } = project;
  await sandbox.write(shared('skills/old/SKILL.md'), 'old\n');
  await sandbox.write(shared('skills/moved/SKILL.md'), 'moved\n');
  const commands = [
    "mkdir -p ~/.claude/skills/new && cat > ~/.claude/skills/new/run.sh <<'EOF' && chmod +x ~/.claude/skills/new/run.sh && ~/.claude/skills/new/run.sh && ls ~/.claude/skills/new\n#!/bin/sh\necho it runs\nEOF",
    'mv ~/.claude/skills/moved ~/.claude/skills/here && rm -rf ~/.claude/skills/old && ls -d ~/.claude/skills/*',
    'echo more >> ~/.claude/skills/here/SKILL.md; cat ~/.claude/skills/missing.md >> ~/.claude/skills/here/SKILL.md; exit 3',
  ];
  const steps: Step[] = commands.map((command) => ({ tool: 'Bash', input: { command, description: 'Tidy up' } }));
  await run(pclaude, ['-p', '--permission-mode', 'bypassPermissions', prompt('Tidy up', steps)], project);

  const results = lastRequests(api.requests).flatMap(toolResults);
  expect(results.map(({ isError }) => isError)).toEqual([false, false, true]);
  expect(results[0]?.text).toBe('it runs\nrun.sh');
  expect((await readdir(shared('skills'))).toSorted()).toEqual(['here', 'new']);
  expect(await sandbox.read(shared('skills/here/SKILL.md'))).toBe('moved\nmore\n');
  expect((await stat(shared('skills/new/run.sh'))).mode & 0o100).toBe(0o100);
  expect(JSON.stringify(results.slice(0, 2))).not.toContain(sandbox.stateDir);
});
