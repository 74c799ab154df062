import { expect, test } from 'vitest';
import { pclaude } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';
import { createStubClient } from '../../support/stub-client.js';

/** Runs the command in `$DO` in the memory folder of its session. */
const CLIENT = String.raw`
cd "$(sed -n 's/.*"autoMemoryDirectory": *"\([^"]*\)".*/\1/p' "$2")"
eval "$DO"
`;

function add(number: number): string {
  return `echo '- [Note](n${number}.md)' >> MEMORY.md`;
}

function line(length: number, hidden: string): string {
  return `pclaude: merged 1 memory from main; MEMORY.md is ${length} lines long, and Claude reads 200: it does not see ${hidden}; make it shorter\n`;
}

test('a session that makes MEMORY.md longer than the part that Claude reads reports that at its end, and names what is not seen', async () => {
  const sandbox = await createSandbox();
  const [cwd, client] = [await sandbox.repo('project'), await createStubClient(sandbox, CLIENT)];
  const session = async (command: string, extra: Record<string, string> = {}): Promise<string> => {
    const env = sandbox.env({ extra: { ...client.env, ANTHROPIC_API_KEY: 'none', PCLAUDE_SYNC: 'exit', DO: command, ...extra } });
    const { stderr, exitCode } = await run(pclaude, [], { cwd, env });
    expect(exitCode).toBe(0);
    return stderr;
  };

  expect(await session('for n in $(seq 200); do echo "- [Note](n$n.md)"; done > MEMORY.md')).toBe('');
  expect(await session(add(201))).toBe(line(201, 'n201.md'));
  // This session has not changed the index.
  expect(await session('echo x > other.md')).toBe('');
  expect(await session(add(202))).toBe(line(202, 'n201.md, n202.md'));
  expect(await session(add(203), { PCLAUDE_QUIET: '1' })).toBe('');
});
