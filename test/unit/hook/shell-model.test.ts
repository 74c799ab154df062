import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRandom, type Random } from '../../client/stampede/random.js';
import { createScratch } from '../../support/scratch.js';
import { countIn } from '../sync/lost-updates/model.js';
import { type Clock, type Command, play } from './shell-model.js';

/** Thousands more by hand: `PCLAUDE_MODEL_RUNS=10000 npx vitest run --project unit test/unit/hook/shell-model.test.ts`. */
const RUNS = Number(process.env['PCLAUDE_MODEL_RUNS'] ?? 150);
const SEED = Number(process.env['PCLAUDE_TEST_SEED'] ?? 20_261_130);
const SESSIONS = 8;

const FIRST = '- [Start](start/SKILL.md) — how to begin\n';
const START = `# Skills\n\n${FIRST}`;

let clock: Clock;

beforeEach(() => {
  clock = { now: 1_800_000_000_000 };
  vi.spyOn(Date, 'now').mockImplementation(() => clock.now);
});

afterEach(() => vi.restoreAllMocks());

function entry(session: number): string {
  return `- [Skill ${session}](skill-${session}/SKILL.md) — what session ${session} can do\n`;
}

/** The ways in which models register a skill. */
const ways: readonly ((line: string) => Command)[] = [
  // `>>`
  (line) => async (read, write) => write(read() + line),
  // The whole file, which the model has made from the version that it read at the start.
  (line) => async (_read, write) => write(START + line),
  // `sed -i`
  (line) => async (read, write, pause) => {
    const text = read();
    await pause();
    write(text.replace(FIRST, FIRST + line));
  },
];

function commandOf(session: number, random: Random): Command {
  const way = ways[random.below(ways.length)] ?? (() => async () => {});
  return way(entry(session));
}

test('eight sessions that register a skill by shell commands keep each entry once, in any order of their steps', async () => {
  const bad: string[] = [];
  for (let run = 0; run < RUNS; run++) {
    const random = createRandom(SEED + run);
    const commands = Array.from({ length: SESSIONS }, (_, session) => commandOf(session, random));
    const text = await play(createScratch(), { text: START, commands, random }, clock);
    const counts = [FIRST, ...commands.keys()].map((line) => countIn(text, (typeof line === 'number' ? entry(line) : line).trim()));
    if (counts.some((count) => count !== 1)) bad.push(`seed ${SEED + run}: ${counts.join(' ')}`);
  }

  expect(bad).toEqual([]);
});
