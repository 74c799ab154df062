import { expect, it } from 'vitest';
import { failureOf, type NoPlace, waitingWords } from '../../../../src/coordination/limits.js';

const many: NoPlace = {
  state: 'full',
  full: { why: 'sessions', live: 20, limit: 20 },
  who: ['feature/one', 'feature/two', 'feature/three'],
};
const short: NoPlace = { state: 'full', full: { why: 'memory', freeMiB: 123_456, limit: 200_000 }, who: [] };

it('waitingWords says who is in the way', () => {
  const two: NoPlace = { state: 'full', full: { why: 'sessions', live: 2, limit: 2 }, who: ['main', 'feat/x'] };
  expect(waitingWords(two)).toBe('waiting for one of 2 sessions to end (main, feat/x); Ctrl-C gives up');
  expect(waitingWords(short)).toBe('waiting for memory: 123456 of 200000 MiB are free; Ctrl-C gives up');
});

it.each([many, short, { state: 'busy' }] as const)('waitingWords fits a line of 80, behind the name of the program (%#)', (none) => {
  expect(`pclaude: ${waitingWords(none)}`.length).toBeLessThanOrEqual(80);
});

it('failureOf ends with the code for another try later', () => {
  expect(failureOf(many)).toMatchObject({
    exitCode: 75,
    line: '20 sessions run, and limits.sessions allows 20; end one (pclaudectl sessions lists them), or raise the limit: PCLAUDE_LIMIT_SESSIONS',
  });
  expect(failureOf(short).line).toBe(
    '123456 MiB of memory are free, and limits.freeMemoryMiB asks for 200000; end one (pclaudectl sessions lists them), or lower limits.freeMemoryMiB',
  );
});
