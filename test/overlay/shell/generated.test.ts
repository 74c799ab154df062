import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planShell, readShell } from '../../../src/overlay/shell/plan-shell.js';
import { createScratch } from '../../support/scratch.js';
import { generatedCommand } from './generated.js';
import { createWorld } from './world.js';

/** Each starts shells in two worlds. For more: `PCLAUDE_TEST_RUNS=500 PCLAUDE_TEST_SEED=$RANDOM`. */
const RUNS = Number(process.env['PCLAUDE_TEST_RUNS'] ?? 60);

test('a generated command that is changed does the same, and leaves the shared files alone', async () => {
  let planned = 0;
  await fc.assert(
    fc.asyncProperty(generatedCommand, async (command) => {
      const scratch = createScratch();
      const world = createWorld(scratch, 'two');
      const plan = planShell(command, world.places);
      const rewritten = plan?.rewrite(world.privateRoot);
      if (plan === undefined || rewritten === undefined) return;
      planned++;
      const plain = createWorld(scratch, 'one');
      const bringBack = world.copyUp(plan);
      const before = world.shared();
      const [did, expected] = await Promise.all([world.bash(rewritten), plain.bash(command)]);
      // Where it stops depends on the order of names on the disk.
      if (/into itself|to a subdirectory of itself|same file/.test(expected)) return;
      expect({ rewritten, did: comparable(did) }).toEqual({ rewritten, did: comparable(expected) });
      expect({ rewritten, shared: world.shared() }).toEqual({ rewritten, shared: before });
      bringBack();
      expect({ rewritten, shared: world.shared(), project: world.project() }).toEqual({ rewritten, shared: plain.shared(), project: plain.project() });
    }),
    { numRuns: RUNS },
  );
  expect(planned).toBeGreaterThan(RUNS / 4);
});

test('any text at all is read without an error', () => {
  const { places } = createWorld(createScratch(), 'one');
  const scrap = fc.constantFrom('~/.claude/skills/x', '"', "'", '`', '$(', ')', '{', '}', '\\', '\n', ' ', ';', '&&', '|', '>', '<<EOF\n', 'EOF\n', '$', '${', 'rm ', 'cd ', 'for f in ', ' do ', ' done', '((', '))', '[[ ', ' ]]', '\u0000', 'é😀', '\r', '*', '=', '#', '!');
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(scrap, { maxLength: 40 }).map((parts) => parts.join(''))), (text) => {
    const { kind } = readShell(text, places);
    expect(['planned', 'harmless', 'unclear']).toContain(kind);
  }), { numRuns: 5000 });
});

test.each(['('.repeat(100_000), '$('.repeat(50_000), 'f() '.repeat(20_000), '{ '.repeat(50_000), '"$('.repeat(20_000), 'a && '.repeat(50_000), '! '.repeat(50_000), `echo ${'a{b,c}'.repeat(40)}`, `echo ${'$(dirname '.repeat(100)}x${')'.repeat(100)}`])(
  'and so is what is nested without end: %.8s…',
  (text) => {
    const { places } = createWorld(createScratch(), 'one');
    expect(planShell(text, places)).toBeUndefined();
  },
);

/** Errors name a relative path by an absolute one, and the shell itself names a word as it is spelled. */
function comparable(text: string): string {
  const [printed = '', errors = ''] = text.split('\nstderr: ');
  return `${printed}\n${errors.replaceAll(/: .*: ambiguous redirect/g, ': ambiguous redirect').replaceAll(/cd: .*$/gm, 'cd').replaceAll(/['‘][^'’]*['’]/g, "''").replaceAll(/[^\s:]*\//g, '')}`;
}
