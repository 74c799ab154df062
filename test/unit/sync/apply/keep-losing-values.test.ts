import { expect, it } from 'vitest';
import { mergeCandidates } from '../../../../src/sync/apply/batch.js';
import { type DecidedSetting, type LosingValue, losingValue, UNREAD } from '../../../../src/sync/apply/keep-losing-values.js';
import { resume } from '../../../../src/sync/apply/resume.js';
import type { MergeCandidate } from '../../../../src/sync/change.js';
import {
  forgetSettledValues,
  type KeptValue,
  keptValuesFolder,
  readKeptValues,
  UNDO_MS,
  writeKeptValue,
} from '../../../../src/sync/kept-values.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { countingFiles, Crash, crashingFiles, interferingFiles } from '../../../support/faulty-files.js';
import { mergerIn } from '../../../support/push-items.js';
import { quickFiles } from '../../../support/quick-files.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { layout } from '../../../support/session.js';

function prepare(scratch: Scratch, theirs = '{"model":"theirs"}'): MergeCandidate {
  const target = scratch.write('shared/settings.json', theirs);
  const change = { place: 'settings.json', target, base: Buffer.from('{"model":"base"}'), ours: Buffer.from('{"model":"ours"}') };
  return { change, policy: { drivers: layout.drivers, conflict: { keep: 'session' } }, base: null, memoryFolder: null };
}

function keptIn(scratch: Scratch): KeptValue[] {
  return readKeptValues(realFiles, keptValuesFolder(scratch.at('state'), scratch.at('log'))).map(({ kept }) => kept);
}

it('a value that lost is kept once, at whichever call a merge is killed, and after its completion', async () => {
  const whole = createScratch();
  const counting = countingFiles(quickFiles);
  await mergeCandidates(mergerIn(whole.root, counting), [prepare(whole)]);
  const kept = [
    {
      at: expect.any(Number),
      place: 'settings.json',
      key: 'model',
      value: '"theirs"',
      winningValue: '"ours"',
      session: 'me',
      branch: 'main',
      winner: 'session',
      from: null,
      settledAt: null,
    },
  ];
  expect(keptIn(whole)).toEqual(kept);
  expect(counting.calls.length).toBeGreaterThan(10);
  for (let call = 1; call <= counting.calls.length; call++) {
    const scratch = createScratch();
    const item = prepare(scratch);
    await expect(mergeCandidates(mergerIn(scratch.root, crashingFiles(quickFiles, call)), [item])).rejects.toThrow(Crash);
    await resume(mergerIn(scratch.root, quickFiles));
    await mergeCandidates(mergerIn(scratch.root, quickFiles), [item]);
    expect([scratch.read('shared/settings.json'), keptIn(scratch)], `killed at call ${call}`).toEqual(['{"model":"ours"}', kept]);
  }
});

it("the session's value is kept if another program writes one at the last moment", async () => {
  const scratch = createScratch();
  const item = prepare(scratch, '{"model":"base"}');
  const files = interferingFiles(realFiles, { before: 'exchange', act: () => scratch.write('shared/settings.json', '{"model":"hand"}') });
  await mergeCandidates(mergerIn(scratch.root, files), [item]);
  expect(scratch.read('shared/settings.json')).toBe('{"model":"hand"}');
  expect(keptIn(scratch)).toMatchObject([
    { value: '"ours"', winningValue: '"hand"', winner: 'shared', from: { session: 'me', branch: 'main' } },
  ]);
});

it("the session's value is kept if it would replace a whole section", async () => {
  const scratch = createScratch();
  const theirs = '{"model":"base","statusLine":{"type":"command"}}';
  const item = prepare(scratch, theirs);
  await mergeCandidates(mergerIn(scratch.root), [
    { ...item, change: { ...item.change, ours: Buffer.from('{"model":"base","statusLine":false}') } },
  ]);
  expect(scratch.read('shared/settings.json')).toBe(theirs);
  expect(keptIn(scratch)).toMatchObject([{ key: 'statusLine', value: 'false', winner: 'shared', from: { session: 'me', branch: 'main' } }]);
});

it('a settled value is removed after an hour, an unsettled one stays', () => {
  const scratch = createScratch();
  const folder = keptValuesFolder(scratch.at('state'), scratch.at('log'));
  const kept: KeptValue = {
    at: 1,
    place: 'settings.json',
    key: 'model',
    value: '1',
    winningValue: '2',
    session: 'me',
    branch: null,
    winner: 'session',
    from: null,
    settledAt: null,
  };
  for (const [name, settledAt] of [
    ['open', null],
    ['lately', 1000],
    ['before', 999],
  ] as const)
    writeKeptValue(realFiles, `${folder}/${name}.json`, { ...kept, settledAt });
  scratch.write(`${folder}/broken.json`, '{');
  forgetSettledValues(realFiles, folder, 1000 + UNDO_MS);
  expect(realFiles.list(folder).toSorted()).toEqual(['broken.json', 'lately.json', 'open.json']);
  expect(readKeptValues(realFiles, folder)).toHaveLength(2);
});

it.each<readonly [what: string, DecidedSetting, LosingValue | undefined]>([
  [
    "the session's value won",
    { merged: '1', isExternal: false, shared: { before: '2', after: '1' } },
    { value: '2', winningValue: '1', writer: 'shared' },
  ],
  [
    "the session's value lost",
    { merged: '1', isExternal: false, shared: { before: '2', after: '2' } },
    { value: '1', winningValue: '2', writer: 'session' },
  ],
  [
    "the session's value lost, and the file stayed",
    { merged: '1', isExternal: false, shared: null },
    { value: '1', winningValue: UNREAD, writer: 'session' },
  ],
  [
    "an external writer's value won",
    { merged: '1', isExternal: true, shared: { before: '2', after: '1' } },
    { value: '2', winningValue: '1', writer: 'session' },
  ],
  [
    "an external writer's value lost",
    { merged: '1', isExternal: true, shared: { before: '2', after: '2' } },
    { value: '1', winningValue: '2', writer: 'external' },
  ],
  [
    "an external writer's value lost, and the file stayed",
    { merged: 'null', isExternal: true, shared: null },
    { value: 'null', winningValue: UNREAD, writer: 'external' },
  ],
  ['both sides have the same value', { merged: '{"a": 1}', isExternal: false, shared: { before: '{"a":1}', after: '{"a":1}' } }, undefined],
  ['the session removed it', { merged: undefined, isExternal: false, shared: null }, undefined],
  ['the shared file had none', { merged: '1', isExternal: false, shared: { before: undefined, after: '1' } }, undefined],
  ['the shared file has none now', { merged: '1', isExternal: false, shared: { before: '2', after: undefined } }, undefined],
])('losingValue if %s', (_, setting, lost) => {
  expect(losingValue(setting)).toEqual(lost);
});
