import { chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { filterCommand } from '../../../src/overlay/shell/filter.js';
import { run } from '../../support/run.js';
import { createScratch } from '../../support/scratch.js';

const HINTS = ['.claude', 'CLAUDE_CONFIG_DIR', '/home/o\'neil/my "dir"\\x'];

interface Told {
  readonly stdout: Buffer;
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Runs the filter under a shell; what it would start prints what it is given, and what it reads. */
async function filtered(shell: string, input: string, hints: readonly string[] = HINTS): Promise<Told> {
  const scratch = createScratch();
  const hook = scratch.write("a hook's $path.sh", '#!/bin/sh\nprintf "[%s]" "$@"\ncat\nexit 3\n');
  chmodSync(hook, 0o755);
  const command = filterCommand([hook, "it's", '$HOME', 'a b', '*'], hints);
  return run({ name: shell, file: shell, args: ['-c'], env: {} }, [command], { cwd: scratch.root, env: { PATH: process.env['PATH'] ?? '', HOME: scratch.root }, input });
}

describe.each(['dash', 'bash', 'sh'])('under %s', (shell) => {
  test.each([
    ['the usual case', '{"tool_input":{"command":"echo x >> ~/.claude/CLAUDE.md"}}'],
    ['a variable', '{"command":"ls $CLAUDE_CONFIG_DIR"}'],
    ['a path with quotes, as JSON writes it', JSON.stringify({ cwd: '/home/o\'neil/my "dir"\\x/y' })],
    ['backslashes', String.raw`{"command":".claude \\n \\c \\0 \\\\ \e \u0000 end\\"}`],
    ['percent signs', '{"command":"%s %d %n%% .claude %"}'],
    ['the look of an option', '-n -e .claude'],
    ['other letters', '{"command":"é😀 .claude ü"}'],
    ['quotes and patterns', '{"command":"\'\\"`$(x)` * ? [a] ~ .claude"}'],
    ['several lines', 'one\n\n.claude\n\ttwo'],
    ['a megabyte', `${'x \\\\n %s '.repeat(150_000)}.claude${'y'.repeat(100_000)}`],
  ])('the hook is given all of it: %s', async (_name, input) => {
    const { stdout, exitCode } = await filtered(shell, input);
    expect(stdout.toString()).toBe(`[it's][$HOME][a b][*]${input}\n`);
    expect(exitCode).toBe(3);
  });

  test.each([
    ['nothing', ''],
    ['another command', '{"tool_input":{"command":"npm test"},"cwd":"/home/me/claude"}'],
    ['what a pattern would fit', '{"command":"xclaude CLAUDE-CONFIG-DIR"}'],
    ['a megabyte', 'x \\n %s \\\\ \' " '.repeat(100_000)],
  ])('no hook is started for %s', async (_name, input) => {
    expect(await filtered(shell, input)).toMatchObject({ exitCode: 0, stderr: '', stdout: Buffer.alloc(0) });
  });

  test('a byte that is no text does not break it', async () => {
    const { exitCode, stdout } = await filtered(shell, '{"command":"a\u0000b .claude"}');
    expect({ exitCode, heard: stdout.includes('.claude') }).toEqual({ exitCode: 3, heard: true });
  });

  test('without a hint nothing is started', async () => {
    expect(await filtered(shell, '.claude', [])).toMatchObject({ exitCode: 0, stderr: '', stdout: Buffer.alloc(0) });
  });
});
