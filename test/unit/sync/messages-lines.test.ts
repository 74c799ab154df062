import { expect, it } from 'vitest';
import { failureLine, mergeFailureLine } from '../../../src/sync/messages.js';
import { UserError } from '../../../src/system/errors.js';

const readOnly = Object.assign(new Error('EROFS: of the system'), { code: 'EROFS', syscall: 'open', path: '/x/two\nlines' });
const defect = new TypeError('a defect');

it.each([
  [readOnly, 'the disk is read-only'],
  [new UserError('lock-busy', 'what is wrong', 'what to do'), 'what is wrong'],
  [defect, defect.stack],
  ['no error', 'no error'],
])('failureLine of %s', (error, reason) => {
  expect(failureLine('abc', error)).toBe(
    `session abc could not be merged: ${reason}; nothing is lost, the next launch of pclaude tries again`,
  );
});

it('mergeFailureLine prints the path, in one line, and a hint', () => {
  expect(mergeFailureLine('abc', readOnly)).toBe(
    'session abc could not be merged: cannot use /x/two lines: the disk is read-only; nothing is lost, try again with: pclaudectl merge abc',
  );
});
