import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { filteredCommand, hookCommand } from '../../src/overlay/hook-command.js';
import { createScratch } from '../support/scratch.js';

const echo = [process.execPath, '-e', 'process.stdin.pipe(process.stdout)', "it's"];
const event = (command: string): string => JSON.stringify({ transcript_path: '/home/.claude/x.jsonl', cwd: '/p', tool_name: 'Bash', tool_input: { command } });

describe.each(['dash', 'bash'])('in %s', (shell) => {
  const answer = (command: string, input: string): string => execFileSync(shell, ['-c', command], { input, encoding: 'utf8', env: { PATH: '/usr/bin:/bin' }, maxBuffer: 8 << 20 });

  it.each([
    ['a path of the shared dir', 'cat ~/.claude/skills/x'],
    ['its variable', 'echo x >> "$CLAUDE_CONFIG_DIR/y"'],
    ['a name that JSON escapes', String.raw`ls /a \ "b"/ü`],
    ['percent signs, backslashes and ends of lines', 'printf "%s\\n%d" .claude\n\\n\\\\ %%\n'],
    ['a large command', `cat <<'E' > ~/.claude/x\n${'x%\\n"\n'.repeat(100_000)}E`],
  ])('gives the program the event as it is: %s', (_what, command) => {
    const filter = filteredCommand(echo, ['.claude', 'CLAUDE_CONFIG_DIR', '/a \\ "b"/ü']);
    expect(answer(filter, event(command))).toBe(event(command));
  });

  it.each([
    ['in it', '/the "dir"', true],
    ['below it', '/the "dir"/skills', true],
    ['beside it', '/the "dir"s', false],
    ['above it', '/', false],
  ])('starts the program for a tool that works %s', (_what, cwd, starts) => {
    const input = JSON.stringify({ transcript_path: '/the "dir"/x.jsonl', cwd, tool_name: 'Bash', tool_input: { command: 'echo >> x' } });
    expect(answer(filteredCommand(echo, ['.claude'], ['/the "dir"']), input)).toBe(starts ? input : '');
  });

  it.each([['nothing of the kind', 'ls -la'], ['a part of a name', 'cat claude.md'], ['what means something in a pattern', 'ls [a-z]* ?']])('does not start the program for %s', (_what, command) => {
    expect(answer(filteredCommand(echo, ['.claude', 'CLAUDE_CONFIG_DIR', '[q]*']), event(command))).toBe('');
  });

  it('gives a program its words as they are', () => {
    const words = ['a b', "it's", '$HOME', '`x`', '"', '\\', ''];
    const command = hookCommand([process.execPath, '-p', 'JSON.stringify(process.argv.slice(1))', ...words]);
    expect(JSON.parse(answer(command, ''))).toEqual(words);
  });

  it('ends as the program does', () => {
    const scratch = createScratch();
    const script = scratch.write('fail.cjs', 'process.exit(3)');
    expect(() => answer(filteredCommand([process.execPath, script], ['.claude']), event('.claude'))).toThrow(expect.objectContaining({ status: 3 }));
  });
});
