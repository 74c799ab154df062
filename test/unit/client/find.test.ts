import { chmodSync, symlinkSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { findClient } from '../../../src/client/find.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';

afterEach(() => void vi.unstubAllEnvs());

describe('the client is', () => {
  test('the one that PCLAUDE_CLAUDE_PATH names, before those of the config file and of PATH', async () => {
    const { sandbox, find } = await createPlaces({ named: '#!/bin/sh\n', configured: '#!/bin/sh\n', 'bin/claude': '#!/bin/sh\n' });
    const [named, configured, PATH] = [sandbox.at('named'), sandbox.at('configured'), sandbox.at('bin')];

    expect(find({ PCLAUDE_CLAUDE_PATH: named, PATH }, configured)).toBe(named);
    expect(find({ PCLAUDE_CLAUDE_PATH: '', PATH }, configured)).toBe(configured);
    expect(find({ PATH }, undefined)).toBe(sandbox.at('bin', 'claude'));
  });

  test('the first on PATH that is a program', async () => {
    const { sandbox, find } = await createPlaces({ 'text/claude': 'text', 'folder/claude/x': '', 'bin/claude': 'real' });
    chmodSync(sandbox.at('text/claude'), 0o644);
    const PATH = ['', 'relative', sandbox.at('none'), sandbox.at('text'), sandbox.at('folder'), sandbox.at('bin')].join(':');

    expect(find({ PATH })).toBe(sandbox.at('bin', 'claude'));
  });

  test.each<readonly [name: string, text: string]>([
    ['a shell script that does not name pclaude', '#!/bin/sh\nexec /opt/claude "$@"\n'],
    ['a shell script that names pclaude in a comment', '#!/bin/sh\n  # not pclaude\nexec /opt/claude "$@"\n'],
    ['a long shell script that names pclaude', `#!/bin/sh\n${'which pclaude\n'.repeat(300)}`],
    ['a program in another language that names pclaude', '#!/usr/bin/env python3\n# not pclaude\n'],
    [
      'a script in a folder with the name of pclaude',
      '#!/bin/sh\nexec ~/src/pclaude/node_modules/.bin/claude --add-dir /tmp/pclaude-1 "$@"\n',
    ],
    ['a script with a name similar to pclaude', '#!/bin/sh\nexec /opt/mypclauder "$@"\n'],
  ])('or %s', async (_, text) => {
    const { sandbox, find } = await createPlaces({ 'bin/claude': text });

    expect(find({ PATH: sandbox.at('bin') })).toBe(sandbox.at('bin', 'claude'));
  });

  test('or one that can be executed but not read', async () => {
    const { sandbox, find } = await createPlaces({ 'bin/claude': 'real' });
    chmodSync(sandbox.at('bin/claude'), 0o111);

    expect(find({ PATH: sandbox.at('bin') })).toBe(sandbox.at('bin', 'claude'));
  });

  test('the one beside pclaude, if PATH has none', async () => {
    const { sandbox, find } = await createPlaces({ 'npm/claude': 'real', '.local/bin/claude': 'real' });
    vi.stubEnv('HOME', sandbox.home);

    expect(find({ PATH: sandbox.at('none') })).toBe(sandbox.at('npm', 'claude'));
  });

  test('found below ~/ if a setting names it so', async () => {
    const { sandbox, find } = await createPlaces({ named: 'real' });
    vi.stubEnv('HOME', sandbox.home);

    expect(find({}, '~/named')).toBe(sandbox.at('named'));
  });

  test('the one where its installer puts it, if PATH does not have it', async () => {
    const { sandbox, find } = await createPlaces({ '.local/bin/claude': 'real' });
    vi.stubEnv('HOME', sandbox.home);

    expect(find({ PATH: sandbox.at('none') })).toBe(sandbox.at('.local/bin/claude'));
  });
});

describe('pclaude is skipped as', () => {
  test.each<readonly [name: string, make: (sandbox: Sandbox) => unknown]>([
    ['a link', (sandbox) => symlinkSync(sandbox.at('us/pclaude.js'), sandbox.at('first/claude'))],
    ['a link to another program of pclaude', (sandbox) => symlinkSync(sandbox.at('us/hook.js'), sandbox.at('first/claude'))],
    ['an alias', async (sandbox) => program(sandbox, 'first/claude', '#!/bin/sh\nexec pclaude "$@"\n')],
    ['an alias by path', async (sandbox) => program(sandbox, 'first/claude', '#!/usr/bin/env bash\n/opt/bin/pclaude "$@"\n')],
    ['a script of a package manager', async (sandbox) => program(sandbox, 'first/claude', packageManagerScript)],
    ['an alias of zsh', async (sandbox) => program(sandbox, 'first/claude', '#!/bin/zsh\npclaude $@\n')],
  ])('%s', async (_, make) => {
    const { sandbox, find } = await createPlaces({ 'us/hook.js': '', 'first/other': '', 'bin/claude': 'real' });
    await make(sandbox);
    const PATH = `${sandbox.at('first')}:${sandbox.at('bin')}`;

    expect(find({ PATH })).toBe(sandbox.at('bin', 'claude'));
    expect(() => find({ PCLAUDE_CLAUDE_PATH: sandbox.at('first/claude') })).toThrow('is pclaude itself');
  });
});

/** As pnpm makes it for a globally installed package. */
const packageManagerScript = `#!/bin/sh
basedir=$(dirname "$(echo "$0" | sed -e 's,\\\\,/,g')")
if [ -z "$NODE_PATH" ]; then
  export NODE_PATH="${'/home/u/.local/share/pnpm/global/5/.pnpm/pclaude@1.0.0/node_modules/pclaude/dist/node_modules:'.repeat(8)}"
else
  export NODE_PATH="${'/home/u/.local/share/pnpm/global/5/.pnpm/pclaude@1.0.0/node_modules/pclaude/dist/node_modules:'.repeat(8)}:$NODE_PATH"
fi
exec node "$basedir/global/5/node_modules/pclaude/dist/pclaude.js" "$@"
`;

/** Programs in a temporary home, and a search in which pclaude itself is one of them. */
async function createPlaces(files: Readonly<Record<string, string>>) {
  const sandbox = await createSandbox();
  await program(sandbox, 'us/pclaude.js', '#!/usr/bin/env node\n');
  for (const [path, text] of Object.entries(files)) await program(sandbox, path, text);
  const find = (environment: NodeJS.ProcessEnv, configured?: string): string =>
    findClient({ environment, configured, beside: sandbox.at('npm'), self: sandbox.at('us/pclaude.js') });
  return { sandbox, find };
}

async function program(sandbox: Sandbox, path: string, text: string): Promise<void> {
  chmodSync(await sandbox.write(path, text), 0o755);
}
