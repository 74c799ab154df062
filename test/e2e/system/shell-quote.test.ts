import { expect, test } from 'vitest';
import { quote, quoteForFish } from '../../../src/system/text.js';
import { run } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';

test.each([
  ['bash', quote],
  ['zsh', quote],
  ['fish', quoteForFish],
])('%s reads a quoted word unchanged', async (shell, quoted) => {
  const sandbox = await createSandbox();
  const word = `it's "so" \\ \\\\ $HOME \`id\` $(id) (list) * ; & | \\' end\\`;
  const { stdout } = await run({ name: shell, file: '/usr/bin/env', args: [shell, '-c'], env: {} }, [`printf %s ${quoted(word)}`], {
    cwd: sandbox.home,
    env: sandbox.env(),
  });

  expect(stdout.toString()).toBe(word);
});
