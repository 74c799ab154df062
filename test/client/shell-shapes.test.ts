import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judge } from '../../scripts/shell-stress/judge.js';
import { ENTRIES, entryLine, type Field, fieldFiles, INDEX, type Shape, shapes } from '../../scripts/shell-stress/shapes.js';
import { lastRequests, prompt, type Step, toolResults } from '../support/messages-api.js';
import { createProject } from '../support/project.js';
import { pclaude } from '../support/real-client.js';
import { run } from '../support/run.js';

/** `PCLAUDE_TEST_ROUNDS=10 npx vitest run --project client shell-shapes` plays each shape ten times. */
const ROUNDS = Number(process.env['PCLAUDE_TEST_ROUNDS'] ?? 1);

const ENTRY = '- registered by an edit';
const ANCHOR = `${entryLine(ENTRIES)}\n`;

test(
  'one session registers a skill by an edit and another by a shell command, of each kind, at the same moment: both entries are there once',
  async () => {
    const project = await createProject();
    const { api, sandbox, shared } = project;
    const kinds = shapes.filter(({ kind }) => kind === 'index');
    const fields = Array.from({ length: ROUNDS }, () => kinds)
      .flat()
      .map((shape, at) => {
        const name = `r${at}`;
        const field: Field = {
          folder: `~/.claude/skills/${name}`,
          scratch: sandbox.at('tmp', name),
          tag: `registered by a command ${at}`,
          entry: 3,
          own: 1,
        };
        return { shape, field, folder: shared('skills', name) };
      });
    for (const { folder, field } of fields) {
      await mkdir(field.scratch, { recursive: true });
      for (const [file, text] of Object.entries(fieldFiles())) await sandbox.write(join(folder, file), text);
    }
    const editing = fields.flatMap(({ folder }, at): Step[] => {
      const file = join(folder, INDEX);
      return [
        { tool: 'Read', input: { file_path: file } },
        together(at),
        { tool: 'Edit', input: { file_path: file, old_string: ANCHOR, new_string: `${ANCHOR}${ENTRY}\n` } },
      ];
    });
    const commands = fields.flatMap(({ shape, field }, at): Step[] => [
      together(at),
      { tool: 'Bash', input: { command: commandOf(shape, field), description: 'Register' } },
    ]);
    const ends = await Promise.all(
      [editing, commands].map(async (steps) =>
        run(pclaude, ['-p', '--permission-mode', 'bypassPermissions', prompt('Register', steps)], {
          ...project,
          timeout: 200_000 * ROUNDS,
        }),
      ),
    );

    expect(ends.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(ends.map(() => ({ exitCode: 0, stderr: '' })));
    expect(
      lastRequests(api.requests)
        .flatMap(toolResults)
        .filter(({ isError }) => isError),
    ).toEqual([]);
    const counted = fields.map(
      ({ shape, field, folder }) => [shape.name, judge(folder, [...shape.effects(field), { file: INDEX, adds: [ENTRY] }])] as const,
    );
    expect(counted).toEqual(fields.map(({ shape }) => [shape.name, { lost: [], aside: [], doubled: [], kept: [] }]));
  },
  240_000 * ROUNDS,
);

/**
 * A write in the background takes no turn, so a line that is appended between the read and the write of an edit is lost, as under plain
 * claude. Here the line is appended once the edit is in the file, while the edit's hook may still read it.
 */
function commandOf(shape: Shape, field: Field): string {
  const file = `${field.folder}/${INDEX}`;
  return shape.name === 'in the background'
    ? `(until grep -q '${ENTRY.slice(2)}' ${file}; do sleep 0.01; done; echo "- ${field.tag}" >> ${file}) > /dev/null 2>&1 &`
    : shape.command(field);
}

/** Both are about to write. */
function together(round: number): Step {
  return { barrier: `round ${round}`, parties: 2 };
}
