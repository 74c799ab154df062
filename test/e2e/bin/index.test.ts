import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, test } from 'vitest';
import type { Environment, Program } from '../../support/real-client.js';
import { run, type RunResult } from '../../support/run.js';
import { createScratch, type Scratch } from '../../support/scratch.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Consumer {
  readonly scratch: Scratch;
  readonly env: Environment;
  /** Runs a program of a package that depends on pclaude. */
  readonly node: (file: string, ...args: string[]) => Promise<RunResult>;
}

let consumer: Consumer;

beforeEach(() => {
  const scratch = createScratch();
  scratch.link('node_modules/pclaude', root);
  scratch.write('count.json', '{"count":0}');
  const env = {
    HOME: scratch.at('home'),
    PATH: process.env['PATH'] ?? '',
    CLAUDE_CONFIG_DIR: scratch.at('shared'),
    PCLAUDE_STATE_DIR: scratch.at('state'),
  };
  const program: Program = { name: 'node', file: process.execPath, args: [], env: {} };
  consumer = { scratch, env, node: async (...args) => run(program, args, { cwd: scratch.root, env }) };
});

/** Adds one to a count, `times` times at once. `between` runs between reading and writing, and delays the write. */
const counting = (between: string): string => `
  import { readFileSync } from 'node:fs';
  import { withLock, writeAtomic } from 'pclaude';
  const [, , times] = process.argv;
  let readers = 0;
  const count = async () => {
    const { count } = JSON.parse(readFileSync('count.json', 'utf8'));
    ${between}
    await writeAtomic('count.json', JSON.stringify({ count: count + 1 }));
  };
  const all = async (act) => Promise.all(Array.from({ length: Number(times) }, act));
`;

describe('withLock', () => {
  it('keeps all 200 counts of 8 processes', { timeout: 240_000 }, async () => {
    const { scratch, node } = consumer;
    scratch.write('count.mjs', `${counting('')} await all(() => withLock('count', count));`);
    const results = await Promise.all(Array.from({ length: 8 }, async () => node('count.mjs', '25')));
    expect(results.map(({ stderr }) => stderr)).toEqual(results.map(() => ''));
    expect(scratch.read('count.json')).toBe('{"count":200}');
  });

  it('is what keeps them: without it, if 20 counts are read before one is written, only one is kept', async () => {
    const { scratch, node } = consumer;
    const meeting = 'readers++; while (readers < times) await new Promise(setImmediate);';
    scratch.write('count.mjs', `${counting(meeting)} await all(count);`);
    expect(await node('count.mjs', '20')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(scratch.read('count.json')).toBe('{"count":1}');
  });

  it('takes the lock of pclaudectl, waits for at most its timeout, and releases the lock when its callback throws', async () => {
    const { scratch, node } = consumer;
    scratch.write(
      'lock.mjs',
      `import { execFileSync } from 'node:child_process';
       import { isPclaudeError, withLock } from 'pclaude';
       const ctl = () => { try { execFileSync(process.execPath, [${JSON.stringify(`${root}/dist/pclaudectl.js`)}, 'lock', 'a b', '--fail', '--', 'true'], { stdio: 'ignore' }); return 0; } catch ({ status }) { return status; } };
       const said = [];
       await withLock('a b', async () => {
         said.push(ctl());
         await withLock('a b', () => {}, { timeout: 0 }).catch((error) => said.push(isPclaudeError(error) && error.code));
         const stop = new AbortController();
         const waiting = withLock('a b', () => {}, { signal: stop.signal });
         stop.abort(new Error('enough'));
         await waiting.catch(({ message }) => said.push(message));
         throw new Error('thrown');
       }).catch(({ message }) => said.push(message));
       said.push(ctl(), await withLock('a b', () => 'mine'));
       console.log(JSON.stringify(said));`,
    );
    expect((await node('lock.mjs')).stdout.toString()).toBe('[75,"lock-busy","enough","thrown",0,"mine"]\n');
  });
});

test.each([
  ['use.mjs', "import * as pclaude from 'pclaude';\nconst { appendAtomic, isPclaudeError, mergeFiles, writeAtomic } = pclaude;\n"],
  ['use.cjs', "void (async () => { const { appendAtomic, isPclaudeError, mergeFiles, writeAtomic } = await import('pclaude');\n"],
  ['require.cjs', "void (async () => { const { appendAtomic, isPclaudeError, mergeFiles, writeAtomic } = require('pclaude');\n"],
])('files are written, appended to and merged: %s', async (name, head) => {
  const { scratch, node } = consumer;
  const body = `
    await writeAtomic('f.txt', 'a\\nb\\nc\\n');
    await appendAtomic('f.txt', Buffer.from('d'));
    const ours = await mergeFiles('f.txt', { base: 'a\\nb\\nc\\n', ours: 'A\\nb\\nc\\n' });
    const same = await mergeFiles('f.txt', { base: 'a\\nb\\nc\\n', ours: 'A\\nb\\nc\\n' });
    const made = await mergeFiles('new.txt', { base: null, ours: 'new' });
    const not = await mergeFiles('f.txt', { base: 'x\\nb\\nc\\n', ours: 'y\\nb\\nc\\n' });
    const failed = await writeAtomic('none/f', '').catch((error) => isPclaudeError(error) && error.code);
    console.log(JSON.stringify([ours, same, made, not.outcome, failed]));`;
  scratch.write(name, `${head}${body}${name.endsWith('cjs') ? '})();' : ''}`);
  const { stdout, stderr } = await node(name);
  expect([stderr, JSON.parse(stdout.toString())]).toEqual([
    '',
    [{ outcome: 'written' }, { outcome: 'unchanged' }, { outcome: 'written' }, 'conflict', 'path-unusable'],
  ]);
  expect(scratch.tree()).toMatchObject({ 'f.txt': 'A\nb\nc\nd', 'new.txt': 'new' });
});

test('the type declarations match the exports', async () => {
  const { scratch, node } = consumer;
  scratch.link('node_modules/@types', `${root}/node_modules/@types`);
  scratch.write(
    'use.mts',
    `import { isPclaudeError, type Merged, mergeFiles, withLock } from 'pclaude';
     const number: number = await withLock('a', async () => 1, { timeout: 5, signal: AbortSignal.timeout(5) });
     const merged: Merged = await mergeFiles('f', { base: null, ours: new Uint8Array(number) });
     const copy: string | null = merged.outcome === 'conflict' ? merged.copy : null;
     // @ts-expect-error: the types must refuse this, because only a conflict has a copy.
     if (merged.outcome === 'written') merged.copy;
     export const code = (error: unknown): string | null => (isPclaudeError(error) ? error.code + error.hint : copy);`,
  );
  const { stdout, exitCode } = await node(
    `${root}/node_modules/typescript/bin/tsc`,
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--lib',
    'es2023',
    '--types',
    'node',
    '--skipLibCheck',
    'use.mts',
  );
  expect([stdout.toString(), exitCode]).toEqual(['', 0]);
});
