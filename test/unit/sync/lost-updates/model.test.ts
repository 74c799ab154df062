import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRandom, type Random } from '../../../client/stampede/random.js';
import { type Clock, countIn, type Outcome, type Plan, play, type PlannedWrite, type WriterKind } from './model.js';

/** Thousands more by hand: `PCLAUDE_MODEL_RUNS=100000 npx vitest run --project unit test/unit/sync/lost-updates/model.test.ts`. */
const RUNS = Number(process.env['PCLAUDE_MODEL_RUNS'] ?? 1_000);
const SEED = Number(process.env['PCLAUDE_TEST_SEED'] ?? 20_261_129);

/**
 * Enough words that two texts hardly ever share most of theirs: a text that does counts as an edit of the other, see `isEditOf` in
 * `merge/lost-update.ts`.
 */
const WORDS = [
  'queue',
  'cache',
  'login',
  'search',
  'billing',
  'voice',
  'deploy',
  'schema',
  'retry',
  'lock',
  'index',
  'proxy',
  'worker',
  'socket',
  'parser',
  'report',
  'token',
  'theme',
  'upload',
  'export',
  'filter',
  'router',
  'signal',
  'cursor',
  'buffer',
  'thread',
  'header',
  'metric',
  'tenant',
  'widget',
  'ledger',
  'canvas',
  'fixture',
  'locale',
  'mirror',
  'module',
  'packet',
  'policy',
  'record',
  'region',
  'render',
  'replay',
  'sample',
  'secret',
  'series',
  'stream',
  'string',
  'syntax',
  'ticket',
  'vector',
  'volume',
  'window',
  'branch',
  'bucket',
  'column',
  'domain',
  'engine',
  'flight',
  'gateway',
  'handle',
  'import',
  'journal',
  'kernel',
  'layout',
];

let clock: Clock;

beforeEach(() => {
  clock = { now: 1_800_000_000_000 };
  vi.spyOn(Date, 'now').mockImplementation(() => clock.now);
});

afterEach(() => vi.restoreAllMocks());

const START = {
  'note.md': '# Note\n\nOne process, one queue.\n\n## Older\n\nKnown for long.\n',
  'MEMORY.md': '# Memory\n\n- [Architecture](architecture.md) — how the parts fit\n',
};

/** A plan of two to six writers, each with up to three writes. */
function planOf(seed: number, kinds: readonly WriterKind[]): Plan {
  const random = createRandom(seed);
  let number = 0;
  const write = (kind: WriterKind): PlannedWrite => {
    const file = random.below(2) === 0 ? 'note.md' : 'MEMORY.md';
    const words = Array.from({ length: 6 }, () => WORDS[random.below(WORDS.length)] ?? '').join(' ');
    const name = `${kind} ${++number}`;
    const mark = file === 'note.md' ? `## ${name}` : `- [${name}](${kind}-${number}.md) — ${words}`;
    const added = file === 'note.md' ? `${mark}\n\nFound in ${words}.\n` : mark;
    return { kind, file, mark, dies: random.below(20) === 0, edit: (text, choose) => insert(text, added, file, choose) };
  };
  const writers = Array.from({ length: 2 + random.below(5) }, (_, at) => {
    const kind = kinds[at % kinds.length] ?? 'turn';
    return Array.from({ length: 1 + random.below(3) }, () => write(kind));
  });
  return { start: START, writers, random };
}

/** At one position that all choose, or after any paragraph. */
function insert(text: string, added: string, file: string, random: Random): string {
  if (file === 'MEMORY.md') {
    const lines = text.split('\n');
    const at = random.below(2) === 0 ? 2 : 2 + random.below(Math.max(1, lines.length - 2));
    return [...lines.slice(0, at), added, ...lines.slice(at)].join('\n');
  }
  const parts = text.split('\n\n## ');
  const at = random.below(2) === 0 ? 1 : 1 + random.below(parts.length);
  const next = [...parts.slice(0, at), added.trimEnd().replace(/^## /, ''), ...parts.slice(at)].join('\n\n## ');
  return next.endsWith('\n') ? next : `${next}\n`;
}

interface Faults {
  lost: string[];
  doubled: string[];
  /** The lost texts of writes without a turn: neither in the file nor in a conflict copy. */
  unguarded: string[];
}

function faultsOf({ writers }: Plan, { texts, copies, verified }: Outcome): Faults {
  const faults: Faults = { lost: [], doubled: [], unguarded: [] };
  for (const { file, mark } of writers.flat()) if (countIn(texts[file] ?? '', mark) > 1) faults.doubled.push(mark);
  for (const [file, start] of Object.entries(START)) {
    for (const line of start.split('\n').filter((text) => text !== '')) {
      const count = countIn(texts[file] ?? '', line);
      if (count > 1) faults.doubled.push(line);
      if (count < 1) faults.lost.push(line);
    }
  }
  for (const { file, mark, kind } of verified) {
    if (countIn(texts[file] ?? '', mark) > 0) continue;
    if (kind === 'turn') faults.lost.push(mark);
    else if (!copies.some((copy) => countIn(copy, mark) > 0)) faults.unguarded.push(mark);
  }
  return faults;
}

test.each<readonly [what: string, kinds: readonly WriterKind[]]>([
  ['tool calls that take turns', ['turn']],
  ['tool calls with and without turns', ['turn', 'prompted']],
  ['tool calls without turns', ['prompted']],
  ['tool calls that take turns, and external writers', ['turn', 'turn', 'external']],
  ['all kinds', ['turn', 'prompted', 'external', 'turn']],
])(
  '%s lose nothing and duplicate nothing',
  async (_what, kinds) => {
    const sums = { lost: 0, doubled: 0, unguarded: 0 };
    const bad: string[] = [];
    for (let run = 0; run < RUNS; run++) {
      const plan = planOf(SEED + run, kinds);
      const faults = faultsOf(plan, await play(plan, clock));
      sums.lost += faults.lost.length;
      sums.doubled += faults.doubled.length;
      sums.unguarded += faults.unguarded.length;
      if (faults.lost.length + faults.doubled.length + faults.unguarded.length > 0 && bad.length < 5)
        bad.push(`seed ${SEED + run}: ${JSON.stringify(faults)}`);
    }
    expect({ ...sums, bad }).toEqual({ lost: 0, doubled: 0, unguarded: 0, bad: [] });
  },
  3_600_000,
);
