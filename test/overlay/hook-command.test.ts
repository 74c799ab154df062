import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { askingCommand, endedCommand, filteredCommand, hookCommand } from '../../src/overlay/hook-command.js';
import { queueOf } from '../../src/turns/queue.js';
import { serve } from '../../src/turns/server.js';
import { atEnd } from '../support/lifetime.js';
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

describe('a hook that asks the launcher with curl', () => {
  const curl = '/usr/bin/curl';
  const byItself = [process.execPath, '-e', `let n = 0; process.stdin.on('data', (part) => (n += part.length)).on('end', () => process.stdout.write('by itself: ' + n))`];
  const large = event(`echo ${'x'.repeat(3_000_000)}`);

  it('gives on what the launcher answers to the whole event, whatever the user has set for curl', async () => {
    const socket = await launcher((text) => (text === large ? 'the answer' : 'another event'));
    const home = createScratch();
    home.write('.curlrc', 'proxy = "http://127.0.0.1:1"\n');
    const command = askingCommand(byItself, { socket, curl });
    expect(await runHook(command, large, { HOME: home.root, http_proxy: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' })).toBe('0: the answer');
  });

  it('does the work itself where the launcher has ended or fails', async () => {
    const failing = await launcher(() => {
      throw new Error('it fails');
    });
    for (const socket of [failing, createScratch().at('gone.sock')]) {
      expect(await runHook(askingCommand(byItself, { socket, curl }), large)).toBe(`0: by itself: ${large.length}`);
    }
  });

  it('says which calls have ended where they may be of shared files, and starts nothing where nobody listens', async () => {
    const events: string[] = [];
    const socket = await launcher((text) => {
      events.push(text);
      return '';
    });
    const command = endedCommand({ socket, curl }, ['.claude']) ?? '';
    for (const path of ['/home/.claude/skills/x', '/project/x']) expect(await runHook(command, batchOf(path))).toBe('0: ');
    expect(events).toEqual([batchOf('/home/.claude/skills/x')]);
    const nobody = endedCommand({ socket: createScratch().at('gone.sock'), curl }, ['.claude']) ?? '';
    expect(await runHook(nobody, batchOf('/home/.claude/skills/x'))).toBe('0: ');
  });
});

async function launcher(answer: (event: string) => string): Promise<string> {
  const socket = createScratch().at('hooks.sock');
  atEnd(await serve(socket, { queue: queueOf(() => false), answer: async (text) => answer(text) }));
  return socket;
}

async function runHook(command: string, input: string, env: Record<string, string> = {}): Promise<string> {
  const child = spawn('sh', ['-c', command], { env: { PATH: '/usr/bin:/bin', ...env } });
  let output = '';
  child.stdout.on('data', (part: Buffer) => (output += part.toString()));
  child.stdin.end(input);
  const [code] = await once(child, 'exit');
  return `${code}: ${output}`;
}

function batchOf(path: string): string {
  return JSON.stringify({ transcript_path: '/home/.claude/x.jsonl', hook_event_name: 'PostToolBatch', tool_calls: [{ tool_input: { file_path: path } }] });
}
