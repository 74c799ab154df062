import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exchangeFindings, lockFindings, mountFindings, reachFindings } from '../../../../src/commands/doctor/disks.js';
import { doctorText } from '../../../../src/commands/doctor/doctor.js';
import { CHECKS, examine } from '../../../../src/commands/doctor/examine.js';
import { systemFindings } from '../../../../src/commands/doctor/system.js';
import { tryExchange } from '../../../../src/system/files/exchange.js';
import { tryKernelLock } from '../../../../src/system/kernel-lock.js';
import { createHealthyInstallation } from '../../../support/doctor-fixture.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

function fails(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

it.each<readonly [platform: NodeJS.Platform, node: string, what: string]>([
  ['win32', '22.0.0', 'native Windows is not supported'],
  ['linux', '20.18.3', 'Node.js 20.18.3 is too old'],
  ['linux', '18.20.0', 'Node.js 18.20.0 is too old'],
])('%s with Node.js %s is an error', (platform, node, what) => {
  expect(systemFindings(platform, node)).toMatchObject([{ level: 'error', what }]);
});

it.each(['20.19.0', '22.1.0'])('accepts Node.js %s', (node) => {
  expect(systemFindings('linux', node)).toMatchObject([{ level: 'ok' }]);
});

it('warns that locks do not reach other machines', () => {
  const { root } = createScratch();
  expect(reachFindings(root, `90 21 0:48 / ${root} rw - nfs server:/export rw,nolock`)).toEqual([
    expect.objectContaining({
      level: 'warning',
      path: root,
      what: `is on ${root}, where locks do not reach other machines: sessions of two machines can overwrite each other`,
    }),
  ]);
  expect(reachFindings(root, '')).toEqual([]);
});

type Lockers = Parameters<typeof lockFindings> extends [string, ...infer More] ? More : never;

const granted = { descriptor: -1, release: () => {} };

it.each<readonly [name: string, lockers: Lockers, what: string]>([
  ['without locks', [fails('ENOLCK')], 'no lock can be taken on its disk: the disk offers no locks'],
  ['that is read-only', [fails('EROFS')], 'no lock can be taken on its disk: the disk is read-only'],
  ['that grants no lock', [() => undefined], 'its disk refused a lock that nothing holds'],
  ['that grants a lock twice', [() => granted, () => false], 'its disk gave one lock to 2 holders'],
  ['that grants a lock to a second process', [tryKernelLock, () => true], 'its disk gave one lock to 2 processes'],
  ['on which no second process can try', [tryKernelLock, () => undefined], 'no second process could test its locks'],
])('a disk %s is an error', (_, lockers, what) => {
  const { root } = createScratch();
  expect(lockFindings(root, ...lockers)).toEqual([
    { level: 'error', what, path: root, session: null, todo: 'set PCLAUDE_STATE_DIR to a folder on a local disk' },
  ]);
});

it('a disk that cannot exchange two names is a note', () => {
  const { root } = createScratch();
  expect(exchangeFindings(root, (one, other) => tryExchange(one, other, fails('EINVAL')))).toMatchObject([{ level: 'note', path: root }]);
});

it.each<readonly [name: string, link: () => void, says: boolean]>([
  ['with hard links', () => undefined, false],
  ['without', fails('EPERM'), true],
])('names the way files are replaced on a disk that cannot exchange two names, %s', (_, link, says) => {
  const { root, tree } = createScratch();
  const [found] = exchangeFindings(root, () => false, link);
  expect(found?.what.includes('knows no hard links, so files are copied first')).toBe(says);
  expect(tree()).toEqual({});
});

function mountLine(path: string): string {
  return `36 35 98:0 /host ${path.replaceAll(' ', String.raw`\040`)} rw,noatime master:1 - ext4 /dev/root rw\n`;
}

it('a settings file with its own mount is a note, under its real path', () => {
  const { scratch, context } = createHealthyInstallation();
  scratch.write('dot files/settings.json', '{}');
  rmSync(scratch.at('shared/settings.json'));
  scratch.link('shared/settings.json', scratch.at('dot files/settings.json'));
  const mountinfo = mountLine('/') + mountLine(scratch.at('dot files/settings.json')) + mountLine(scratch.at('shared/skills'));
  expect(mountFindings(context, mountinfo)).toEqual([expect.objectContaining({ level: 'note', path: scratch.at('shared/settings.json') })]);
  expect(mountFindings(context, '')).toEqual([]);
});

it('a disk that cannot be written to is an error', () => {
  const { root } = createScratch();
  expect(exchangeFindings(root, fails('ENOSPC'))).toMatchObject([
    { level: 'error', what: 'nothing can be written there: the disk is full', path: root },
  ]);
});

it.each<readonly [name: string, make: (scratch: Scratch) => void, line: string]>([
  [
    'is a file',
    (scratch) => void scratch.write('shared', ''),
    'error    ROOT/shared: is not a folder; fix that, or set CLAUDE_CONFIG_DIR to another folder',
  ],
  [
    'is a link to nothing',
    (scratch) => void scratch.link('shared', 'none'),
    'error    ROOT/shared: is a link that leads nowhere; fix that, or set CLAUDE_CONFIG_DIR to another folder',
  ],
  [
    'is a loop',
    (scratch) => void scratch.link('shared', 'shared'),
    'error    ROOT/shared: is a link that leads back to itself; fix that, or set CLAUDE_CONFIG_DIR to another folder',
  ],
  ['is not there', () => {}, 'note     ROOT/shared: is not there yet; start a session, and it is made: pclaude'],
])('if the shared dir %s, that is the only finding', async (_, make, line) => {
  const { scratch, context } = createHealthyInstallation();
  for (const name of ['shared', 'state']) rmSync(scratch.at(name), { recursive: true });
  make(scratch);
  const [first] = doctorText(await examine(context), { all: false, colors: false, width: undefined }).split('\n');
  expect(first?.replaceAll(scratch.root, 'ROOT')).toBe(line);
});

it.each<readonly [name: string, harm: (scratch: Scratch) => void, line: string]>([
  [
    'is open to others',
    (scratch) => chmodSync(scratch.at('state'), 0o755),
    "error    ROOT/state: is open to other users; run: chmod 700 'ROOT/state'",
  ],
  [
    'is a file',
    (scratch) => {
      rmSync(scratch.at('state'), { recursive: true });
      writeFileSync(scratch.at('state'), '');
    },
    'error    ROOT/state: cannot be used: it is not a folder; correct that, or set PCLAUDE_STATE_DIR to a folder of yours',
  ],
])('a state dir that %s is an error', async (_, harm, line) => {
  const { scratch, context } = createHealthyInstallation();
  harm(scratch);
  expect(doctorText(await examine(context), { all: false, colors: false, width: undefined }).replaceAll(scratch.root, 'ROOT')).toBe(
    `${line}\n1 error\n`,
  );
});

it('an error in a check is not hidden', async () => {
  const { context } = createHealthyInstallation();
  const broken = { name: 'broken', fine: '', find: () => JSON.parse('{') };
  await expect(examine(context, [...CHECKS, broken])).rejects.toThrow(SyntaxError);
});
