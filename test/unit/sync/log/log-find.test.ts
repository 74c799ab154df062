import { expect, it } from 'vitest';
import { findEntry } from '../../../../src/sync/log/log.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { entryOf } from '../../../support/log-entries.js';
import { createScratch } from '../../../support/scratch.js';

const log = (): string => {
  const scratch = createScratch();
  for (const [index, id] of ['abc0000000', 'abd0000000', 'ab'].entries())
    scratch.write(`log/${index}.jsonl`, JSON.stringify(entryOf(id, { branch: 'abx' })));
  return scratch.at('log');
};

it.each([
  ['abc0000000', 'abc0000000'],
  ['abc', 'abc0000000'],
  ['ab', 'ab'],
])('findEntry resolves %s to %s', (given, id) => {
  expect(findEntry(realFiles, log(), given).id).toBe(id);
});

it.each([
  ['', 'there is no entry ""'],
  ['abx', 'there is no entry "abx"'],
  ['a', '3 entries begin with "a"'],
])('findEntry refuses %j', (given, message) => {
  expect(() => findEntry(realFiles, log(), given)).toThrow(expect.objectContaining({ code: 'no-such-entry', message }));
});
