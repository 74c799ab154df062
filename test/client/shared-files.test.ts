import { expect, test } from 'vitest';
import { lastRequests, prompt, toolResults, type Step } from '../support/messages-api.js';
import { createProject } from '../support/project.js';
import { claude, pclaude, type Program } from '../support/real-client.js';
import { run } from '../support/run.js';

const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
const first = '- [Start](start/SKILL.md) — how to begin\n';
const entry = (n: number): string => `- [Skill ${n}](skill-${n}/SKILL.md) — what session ${n} can do\n`;

type Change = (n: number, index: string) => Step;

interface Outcome {
  /** The numbers of the sessions that were told that theirs is saved. */
  readonly saved: readonly number[];
  readonly kept: readonly number[];
}

/** So many sessions register a skill in the shared index at the same moment, by the path at which people know it. */
async function register(program: Program, change: Change): Promise<Outcome> {
  const { api, cwd, env, sandbox, shared } = await createProject();
  const index = await sandbox.write(shared('skills/_index.md'), `# Skills\n\n${first}`);
  const saved: number[] = [];
  await Promise.all(
    numbers.map(async (n) => {
      const steps: Step[] = [{ tool: 'Read', input: { file_path: index } }, { barrier: 'all have read', parties: numbers.length }, change(n, index)];
      await run(program, ['-p', '--permission-mode', 'bypassPermissions', prompt(`Register skill ${n}`, steps)], { cwd, env });
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
  expect(ours).toEqual({ saved: numbers, kept: numbers });
});

test('eight sessions that write the index of skills as a whole: whoever is told that it is saved, has it saved', async ({ annotate }) => {
  const plain = await register(claude, write);
  await annotate(`plain claude kept ${plain.kept.length} of ${plain.saved.length} entries that it called saved`);

  const ours = await register(pclaude, write);
  await annotate(`pclaude kept ${ours.kept.length} of ${ours.saved.length} entries that it called saved`);
  expect(ours.saved).not.toEqual([]);
  expect(ours.kept).toEqual(ours.saved);
});
