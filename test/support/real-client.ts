import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program under test, and how it is started: the same test runs `claude` and `pclaude`. */
export interface Program {
  readonly name: string;
  readonly file: string;
  /** Come before the arguments of the test. */
  readonly args: readonly string[];
  /** Additional variables; the environment of the test overrides them. */
  readonly env: Environment;
}

/** A whole environment: nothing is inherited from the caller. */
export type Environment = Readonly<Record<string, string>>;

/** The pinned real client, or the one under test, as a user without pclaude starts it. */
export const claude: Program = { name: 'claude', file: clientPath(), args: [], env: {} };

/** The built launcher, with the path of the real client. */
export const pclaude: Program = { ...built('pclaude'), env: { PCLAUDE_CLAUDE_PATH: clientPath() } };

/** The built `pclaudectl`. */
export const pclaudectl: Program = built('pclaudectl');

/**
 * The binary of the pinned client, or the one that PCLAUDE_TEST_CLIENT names. The package's launcher script is not used, because
 * it needs an install script that npm may not have run.
 */
export function clientPath(): string {
  const chosen = process.env['PCLAUDE_TEST_CLIENT'];
  if (chosen) return chosen;
  const require = createRequire(import.meta.url);
  const platform = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
  const fromClient = createRequire(require.resolve('@anthropic-ai/claude-code/package.json'));
  return join(dirname(fromClient.resolve(`${platform}/package.json`)), 'claude');
}

function built(name: string): Program {
  const file = fileURLToPath(new URL(`../../dist/${name}.js`, import.meta.url));
  return { name, file: process.execPath, args: [file], env: {} };
}
