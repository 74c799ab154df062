import { expect, test } from 'vitest';
import { clientCompletion } from '../../src/commands/completion/script.js';
import { claude } from '../support/real-client.js';
import { run } from '../support/run.js';
import { createSandbox } from '../support/sandbox.js';

test('shells complete pclaude with the options and commands that the client lists with --help', async () => {
  const { levels } = clientCompletion();
  const [top, ...below] = levels;
  const { options, commands } = await help();

  expect(names(top?.options ?? [])).toEqual(options);
  expect(names(top?.commands ?? [])).toEqual(commands);
  for (const { path, commands: words } of below.filter((level) => level.commands.length > 0)) {
    const said = await help(path);
    // The list leaves out short forms of commands.
    expect({ path, words: names(words).filter((word) => !said.commands.includes(word)) }).toEqual({ path, words: [] });
    expect(names(words).length).toBeGreaterThanOrEqual(said.commandLines - 1);
  }
});

interface Help {
  readonly options: string[];
  readonly commands: string[];
  /** Without the aliases of a command; with `help`. */
  readonly commandLines: number;
}

async function help(...command: string[]): Promise<Help> {
  const sandbox = await createSandbox();
  const { stdout } = await run(claude, [...command, '--help'], { cwd: sandbox.home, env: sandbox.env() });
  const [, options = '', commands = ''] = /\nOptions:\n([^]*?)(?:\nCommands:\n([^]*))?$/.exec(stdout.toString()) ?? [];
  const lines = [...commands.matchAll(/^ {2}([a-z]\S*)/gm)].map(([, name = '']) => name);
  const optionNames = [...options.matchAll(/^ {2}(-.*?)(?: {2}|$)/gm)].flatMap(([, spec = '']) => spec.match(/(?<![\w-])--?[\w-]+/g) ?? []);
  return { options: optionNames.toSorted(), commands: lines.flatMap((name) => name.split('|')).toSorted(), commandLines: lines.length };
}

function names(offers: readonly { readonly names: readonly string[] }[]): string[] {
  return offers.flatMap((offer) => offer.names).toSorted();
}
