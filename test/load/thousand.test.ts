import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leftovers } from '../support/leftovers.js';
import { availableMemory } from '../support/memory.js';
import { processesWithHome } from '../support/processes.js';
import { pclaude } from '../support/real-client.js';
import { run, type RunResult } from '../support/run.js';
import { createSandbox, type Sandbox } from '../support/sandbox.js';
import { createStubClient } from '../support/stub-client.js';

const SESSIONS = Number(process.env['PCLAUDE_TEST_SESSIONS'] ?? 100);
const AT_ONCE = 50;
/** Files of each kind, to which the sessions add one line each: many change the same file at once. */
const FILES = 20;
const folders = ['agent-memory/notes', 'plans'] as const;

/** Changes the files that a client changes, in the same way, and prints the peak memory of its launcher, in KiB. */
const client = `
cd "$CLAUDE_CONFIG_DIR"
put() {
  sed "s/\\"$2\\": {/&\\n    \\"$N\\": \\"set\\",/" "$1" > "$1.tmp.$$"
  mv "$1.tmp.$$" "$1"
}
put settings.json env
put .claude.json mcpServers
for folder in ${folders.join(' ')}; do echo "by $N" >> $folder/$((N % ${FILES})).md; done
sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$PPID/status
`;

test(`${SESSIONS} sessions, ${AT_ONCE} at a time: nothing is lost, and nothing remains of them but their homes`, async () => {
  const sandbox = await createSandbox();
  await sandbox.write('.claude/settings.json', '{\n  "env": {\n    "first": "set"\n  }\n}\n');
  await sandbox.write('.claude.json', '{\n  "mcpServers": {\n    "first": "set"\n  }\n}\n');
  for (const folder of folders) {
    for (let file = 0; file < FILES; file++) await sandbox.write(join('.claude', folder, `${file}.md`), 'by first\n');
  }
  const stub = await createStubClient(sandbox, client);
  const before = availableMemory();
  const launch = async (n: string): Promise<RunResult> =>
    run(pclaude, ['-p', 'hello'], { cwd: sandbox.home, env: sandbox.env({ extra: { ...stub.env, N: n } }), timeout: 240_000 });
  const numbers = Array.from({ length: SESSIONS }, (_, at) => String(at));
  const ends = await pooled(numbers.slice(1), launch);
  // A session that waited too long for the others is left to the next launch, and reports that.
  ends.push(await launch('0'));

  const messages = ends.filter(({ stderr }) => stderr !== '').length;
  const [early, late] = [peak(ends.slice(0, AT_ONCE)), peak(ends.slice(-AT_ONCE))];
  process.stdout.write(
    `${SESSIONS} sessions: ${messages} printed a message; a launcher took ${early} KiB at first, ${late} KiB at last; ${before} MiB were free before, ${availableMemory()} MiB after\n`,
  );
  expect(ends.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
  expect(await processesWithHome(sandbox.home)).toEqual([]);
  expect(await leftovers(sandbox)).toEqual([]);
  const all = ['first', ...numbers].toSorted();
  expect(await keysOf(sandbox, '.claude/settings.json')).toEqual(all);
  expect(await keysOf(sandbox, '.claude.json')).toEqual(all);
  const lines = [...numbers, ...Array.from({ length: FILES }, () => 'first')].map((n) => `by ${n}`).toSorted();
  for (const folder of folders) expect(await linesOf(sandbox, folder)).toEqual(lines);
  expect(late / early).toBeLessThan(1.25);
  expect(availableMemory()).toBeGreaterThan(before * 0.8);
});

/** Runs an act for all items, this many at a time; the results are in the order of their ends. */
async function pooled<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.values();
  const work = async (): Promise<void> => {
    for (const item of queue) results.push(await act(item));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

/** The median of the numbers that the clients printed. */
function peak(ends: readonly RunResult[]): number {
  return ends.map(({ stdout }) => Number(stdout)).toSorted((one, other) => one - other)[Math.floor(ends.length / 2)] ?? Number.NaN;
}

/** The keys of the object that is the only value in the file's object. */
async function keysOf(sandbox: Sandbox, file: string): Promise<string[]> {
  const value: unknown = JSON.parse(await sandbox.read(file));
  const [inner] = Object.values(value ?? {});
  return Object.keys(inner ?? {}).toSorted();
}

async function linesOf(sandbox: Sandbox, folder: string): Promise<string[]> {
  const texts = (await readdir(sandbox.at('.claude', folder))).map(async (name) => sandbox.read(join('.claude', folder, name)));
  return (await Promise.all(texts)).flatMap((text) => text.trim().split('\n')).toSorted();
}
