import { appendFileSync, chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { clientVersion, sharesLogin } from '../../../src/client/version.js';
import { createSandbox } from '../../support/sandbox.js';

test.each<readonly [version: string | undefined, shares: boolean]>([
  ['2.1.143', false],
  ['2.1.144', true],
  ['2.1.329', true],
  ['2.2.0', true],
  ['2.0.999', false],
  ['1.9.200', false],
  ['3.0.0', true],
  ['10.0.0', true],
  [undefined, true],
  ['2.1', true],
  ['two.one.zero', true],
])('%s shares its login between homes: %s', (version, shares) => {
  expect(sharesLogin(version)).toBe(shares);
});

describe('the version of a client', () => {
  test.each<readonly [name: string, code: string, version: string | undefined]>([
    ['is what it prints', 'echo "2.1.329 (Claude Code)"', '2.1.329'],
    ['is unknown when it prints something else', 'echo hello', undefined],
    ['is unknown when it fails', 'echo 2.1.329; exit 1', undefined],
  ])('%s', async (_, code, version) => {
    const { client, stateDir } = await createClient(code);

    expect(await clientVersion(client, stateDir)).toBe(version);
  });

  test('is requested once for each installed file', async () => {
    const { client, stateDir, asked } = await createClient('echo 2.1.329');
    await clientVersion(client, stateDir);
    expect(await clientVersion(client, stateDir)).toBe('2.1.329');
    expect(await asked()).toBe(1);

    appendFileSync(client, '# updated\n');
    expect(await clientVersion(client, stateDir)).toBe('2.1.329');
    expect(await asked()).toBe(2);
  });

  test.each(['', 'null', '[]', '{"a": 1}', '{"a": {"stamp": 1, "version": 2}}', '{'])(
    'is requested again if the stored versions are %j',
    async (kept) => {
      const { client, stateDir, sandbox } = await createClient('echo 2.1.329');
      await sandbox.write('state/client-versions.json', kept);

      expect(await clientVersion(client, stateDir)).toBe('2.1.329');
      expect(await sandbox.read('state/client-versions.json')).toContain('2.1.329');
    },
  );

  test('is returned even if it cannot be stored', async () => {
    const { client, sandbox } = await createClient('echo 2.1.329');

    expect(await clientVersion(client, sandbox.at('no', 'such', 'folder'))).toBe('2.1.329');
  });
});

async function createClient(code: string) {
  const sandbox = await createSandbox();
  const client = await sandbox.write('claude', `#!/bin/sh\necho >> '${sandbox.at('asked')}'\n${code}\n`);
  chmodSync(client, 0o755);
  await sandbox.write('state/other', '');
  return { sandbox, client, stateDir: sandbox.at('state'), asked: async () => (await sandbox.read('asked')).length };
}
