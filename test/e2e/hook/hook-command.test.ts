import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { askingCommand, endedCommand, filteredCommand, hookCommand } from '../../../src/hook/hook-settings.js';
import { serve } from '../../../src/sync/turns/server.js';
import { queueOf } from '../../../src/sync/turns/turns.js';
import { atEnd } from '../../support/lifetime.js';
import { createScratch } from '../../support/scratch.js';

const echo = [process.execPath, '-e', 'process.stdin.pipe(process.stdout)', "it's"];
const event = (command: string): string =>
  JSON.stringify({ transcript_path: '/home/.claude/x.jsonl', cwd: '/p', tool_name: 'Bash', tool_input: { command } });

describe.each(['dash', 'bash'])('in %s', (shell) => {
  const answer = (command: string, input: string): string =>
    execFileSync(shell, ['-c', command], { input, encoding: 'utf8', env: { PATH: '/usr/bin:/bin' }, maxBuffer: 8 << 20 });

  it.each([
    ['a path of the shared dir', 'cat ~/.claude/skills/x'],
    ['its variable', 'echo x >> "$CLAUDE_CONFIG_DIR/y"'],
    ['a name that JSON escapes', String.raw`ls /a \ "b"/ü`],
    ['percent signs, backslashes and ends of lines', 'printf "%s\\n%d" .claude\n\\n\\\\ %%\n'],
    ['a large command', `cat <<'E' > ~/.claude/x\n${'x%\\n"\n'.repeat(100_000)}E`],
  ])('passes the event to the program unchanged: %s', (_what, command) => {
    const filter = filteredCommand(hookCommand(echo), ['.claude', 'CLAUDE_CONFIG_DIR', '/a \\ "b"/ü']);
    expect(answer(filter, event(command))).toBe(event(command));
  });

  it.each([
    ['in it', '/the "dir"', true],
    ['below it', '/the "dir"/skills', true],
    ['beside it', '/the "dir"s', false],
    ['above it', '/', false],
  ])('starts the program for a tool that works %s', (_what, cwd, starts) => {
    const input = JSON.stringify({ transcript_path: '/the "dir"/x.jsonl', cwd, tool_name: 'Bash', tool_input: { command: 'echo >> x' } });
    expect(answer(filteredCommand(hookCommand(echo), ['.claude'], ['/the "dir"']), input)).toBe(starts ? input : '');
  });

  it.each([
    ['nothing of the kind', 'ls -la'],
    ['a part of a name', 'cat claude.md'],
    ['what means something in a pattern', 'ls [a-z]* ?'],
  ])('does not start the program for %s', (_what, command) => {
    expect(answer(filteredCommand(hookCommand(echo), ['.claude', 'CLAUDE_CONFIG_DIR', '[q]*']), event(command))).toBe('');
  });

  it('passes the words of a command unchanged', () => {
    const words = ['a b', "it's", '$HOME', '`x`', '"', '\\', ''];
    const command = hookCommand([process.execPath, '-p', 'JSON.stringify(process.argv.slice(1))', ...words]);
    expect(JSON.parse(answer(command, ''))).toEqual(words);
  });

  it('exits as the program does', () => {
    const scratch = createScratch();
    const script = scratch.write('fail.cjs', 'process.exit(3)');
    expect(() => answer(filteredCommand(hookCommand([process.execPath, script]), ['.claude']), event('.claude'))).toThrow(
      expect.objectContaining({ status: 3 }),
    );
  });
});

describe('a hook that asks the launcher with perl', () => {
  const asking = { perl: '/usr/bin/perl', script: fileURLToPath(new URL('../../../src/bin/ask.pl', import.meta.url)) };
  const byItself = [
    process.execPath,
    '-e',
    `let n = 0; process.stdin.on('data', (part) => (n += part.length)).on('end', () => process.stdout.write('by itself: ' + n))`,
    "it's",
  ];
  const large = event(`echo ${'xü'.repeat(1_500_000)}`);
  const bytes = Buffer.byteLength(large);

  it("prints the launcher's answer to the whole event, whatever the user has set for perl", async () => {
    const socket = await launcher((text) => (text === large ? 'the änswer' : 'another event'));
    const command = askingCommand(byItself, { ...asking, socket });
    expect(await runHook(command, large, { PERL5OPT: '-Mno::such', PERL_UNICODE: 'SDA', LC_ALL: 'no_such' })).toEqual({
      code: 0,
      output: 'the änswer',
      errors: '',
    });
  });

  it.each<[what: string, answer: (socket: Socket) => void]>([
    ['fails', (socket) => socket.end('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\nno')],
    ['is killed before it answers', (socket) => socket.destroy()],
    ['is killed in its answer', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf')],
  ])('does the work itself if the launcher %s', async (_what, answer) => {
    const socket = createScratch().at('hooks.sock');
    const server = createServer((connection) => {
      connection.on('error', () => undefined);
      connection.once('data', () => answer(connection));
    }).listen(socket);
    atEnd(() => void server.close());
    await once(server, 'listening');
    expect(await runHook(askingCommand(byItself, { ...asking, socket }), large)).toEqual({
      code: 0,
      output: `by itself: ${bytes}`,
      errors: '',
    });
  });

  it('does the work itself if the launcher has exited, and exits as that work does', async () => {
    const socket = createScratch().at('gone.sock');
    expect(await runHook(askingCommand(byItself, { ...asking, socket }), large)).toEqual({
      code: 0,
      output: `by itself: ${bytes}`,
      errors: '',
    });
    expect(await runHook(askingCommand([process.execPath, '-e', 'process.exit(3)'], { ...asking, socket }), '{}')).toMatchObject({
      code: 3,
    });
  });

  it.each([
    ['script', { script: '/no/such/ask.pl' }],
    ['program', { perl: '/no/such/perl' }],
  ])('blocks no call if its %s is missing', async (_what, gone) => {
    const { code } = await runHook(askingCommand(byItself, { ...asking, socket: createScratch().at('gone.sock'), ...gone }), '{}');
    expect([1, 127]).toContain(code);
  });

  it('reports the end of calls that may be of shared files, and starts nothing if no launcher listens', async () => {
    const events: string[] = [];
    const socket = await launcher((text) => {
      events.push(text);
      return '';
    });
    const nothing = { code: 0, output: '', errors: '' };
    const command = endedCommand({ ...asking, socket }, ['.claude']) ?? '';
    for (const path of ['/home/.claude/skills/x', '/project/x']) expect(await runHook(command, batchOf(path))).toEqual(nothing);
    expect(events).toEqual([batchOf('/home/.claude/skills/x')]);
    const unanswered = endedCommand({ ...asking, socket: createScratch().at('gone.sock') }, ['.claude']) ?? '';
    expect(await runHook(unanswered, batchOf('/home/.claude/skills/x'))).toEqual(nothing);
  });
});

async function launcher(answer: (event: string) => string): Promise<string> {
  const socket = createScratch().at('hooks.sock');
  atEnd(await serve(socket, { queue: queueOf(() => false), answer: async (text) => answer(text) }));
  return socket;
}

async function runHook(
  command: string,
  input: string,
  env: Record<string, string> = {},
): Promise<{ code: unknown; output: string; errors: string }> {
  const child = spawn('sh', ['-c', command], { env: { PATH: '/usr/bin:/bin', ...env } });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => output.push(part));
  child.stderr.on('data', (part: Buffer) => errors.push(part));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, output: Buffer.concat(output).toString(), errors: Buffer.concat(errors).toString() };
}

function batchOf(path: string): string {
  return JSON.stringify({
    transcript_path: '/home/.claude/x.jsonl',
    hook_event_name: 'PostToolBatch',
    tool_calls: [{ tool_input: { file_path: path } }],
  });
}
