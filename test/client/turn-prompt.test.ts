import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { countSections, type Section } from '../../scripts/stress/sections.js';
import { placeFile, targets } from '../../scripts/stress/targets.js';
import { lastRequests, prompt, toolResults, type MessagesApi, type Step, type ToolCall } from '../support/messages-api.js';
import { pclaude } from '../support/real-client.js';
import { run } from '../support/run.js';
import { clientPrompt, openTerminal, pressUntil } from '../support/terminal.js';
import { eventually } from '../support/wait.js';
import { memoryProject } from './memory-project.js';
import { isTurnHeldByCall } from './turn-files.js';

/** How long the prompt stays open. A run by hand can take a longer time: PCLAUDE_TEST_PROMPT_SECONDS=60. */
const OPEN_MS = Number(process.env['PCLAUDE_TEST_PROMPT_SECONDS'] ?? 10) * 1_000;
/** A call that does not give up its turn holds it for 10 s. */
const TURN_MS = 8_000;
const OTHERS = 3;
/** Each other session makes this number of edits right after the prompt has opened, and again at the end of its time. */
const EDITS = 3;

const { locate, part } = targets.skill;
const place = part('Place 1', 'known before');
const original = `# Notes\n\n${place.text}`;
const asked = part('Topic with a prompt', 'found by the session at the terminal');
const numbers = Array.from({ length: OTHERS }, (_, at) => at + 1);
const sectionsOf = (other: number): Section[] =>
  Array.from({ length: 2 * EDITS }, (_, at) => part(`Topic ${at + 1} of ${other}`, `found by session ${other} at ${at + 1}`));
const promptIsOpen = /Do you want to make this edit/;

test('a prompt for a shared skill holds no turn: other sessions edit the skill meanwhile; after a yes every section is there once', {
  timeout: 180_000 + OPEN_MS,
}, async ({ annotate }) => {
  const project = await memoryProject();
  const { api, sandbox, shared, cwd, env } = project;
  const file = locate(project, 'x');
  await placeFile(project, file, original);
  await sandbox.write(shared('settings.json'), JSON.stringify({ permissions: { allow: ['Read(~/.claude/skills/**)'] } }));
  const terminal = openTerminal(pclaude, ['--permission-mode', 'default'], project);
  await terminal.waitFor(clientPrompt);
  await terminal.submit(prompt('Add a section', [read(file.named), insert(file.named, asked), { text: 'It is added.' }]));
  await terminal.waitFor(promptIsOpen);
  await eventually(() => !isTurnHeldByCall(project), 'the call gives up its turn', { timeout: TURN_MS });
  const isOpenLongEnough = delay(OPEN_MS);

  const others = numbers.map(async (other) => {
    const times = timesOf(api, other);
    const { exitCode, stderr } = await run(
      pclaude,
      ['-p', '--permission-mode', 'bypassPermissions', prompt(`You are session ${other}.`, scriptOf(file.named, other))],
      { cwd, env, timeout: 120_000 + OPEN_MS },
    );
    return { exitCode, stderr, times };
  });
  await isOpenLongEnough;
  api.release(LATER);
  const ends = await Promise.all(others);
  expect(terminal.screen()).toMatch(promptIsOpen);
  await pressUntil(terminal, '\r', (screen) => !promptIsOpen.test(screen));
  await terminal.waitFor(/It is added\./);
  await terminal.submit('/exit');
  expect((await terminal.exit).exitCode).toBe(0);

  await annotate(
    `the edits took ${ends
      .flatMap(({ times }) => times)
      .map(Math.round)
      .join(', ')} ms`,
  );
  expect(ends.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(numbers.map(() => ({ exitCode: 0, stderr: '' })));
  expect(
    lastRequests(api.requests)
      .flatMap(toolResults)
      .filter(({ isError }) => isError),
  ).toEqual([]);
  const sections = [asked, ...numbers.flatMap(sectionsOf)];
  expect(countSections(await sandbox.read(file.path), original, sections)).toEqual({
    sections: sections.map(({ title }) => ({ title, isWhole: true, copies: 1 })),
    isIntact: true,
  });
  expect(await readdir(dirname(file.path))).toEqual(['_index.md']);
});

/** The gate at which the other sessions wait until the prompt has been open for its time. */
const LATER = 'the prompt has been open for its time';

function scriptOf(file: string, other: number): Step[] {
  const edits = sectionsOf(other).flatMap((section, at): Step[] => [
    ...(at === EDITS ? [{ hold: LATER }] : []),
    pass(other, 'before', at),
    insert(file, section),
    pass(other, 'after', at),
  ]);
  return [read(file), ...edits];
}

/**
 * The durations of a session's edits, in ms: from the reply that asks for an edit to the request that has its result. The array is filled
 * while the session runs.
 */
function timesOf({ arrived }: MessagesApi, other: number): readonly number[] {
  const times: number[] = [];
  const at = async (moment: Moment, edit: number): Promise<number> => arrived(gateOf(other, moment, edit), 1).then(() => performance.now());
  for (let edit = 0; edit < 2 * EDITS; edit++) {
    void Promise.all([at('before', edit), at('after', edit)]).then(([before, after]) => times.push(after - before));
  }
  return times;
}

type Moment = 'before' | 'after';

/** A gate that is always open: it only reports that the session passes. */
function pass(other: number, moment: Moment, edit: number): Step {
  return { barrier: gateOf(other, moment, edit), parties: 1 };
}

function gateOf(other: number, moment: Moment, edit: number): string {
  return `session ${other} ${moment} edit ${edit}`;
}

function read(file: string): ToolCall {
  return { tool: 'Read', input: { file_path: file } };
}

function insert(file: string, { text }: Section): ToolCall {
  const [line = ''] = place.text.split('\n');
  return { tool: 'Edit', input: { file_path: file, old_string: `${line}\n`, new_string: `${text}${line}\n` } };
}
