import { expect, it } from 'vitest';
import { failureOf, waitingWords } from '../../src/limits/place-words.js';
import type { NoPlace } from '../../src/limits/room.js';

const many: NoPlace = { state: 'full', full: { why: 'sessions', live: 20, limit: 20 }, who: ['feature/one', 'feature/two', 'feature/three'] };
const short: NoPlace = { state: 'full', full: { why: 'memory', freeMiB: 123_456, limit: 200_000 }, who: [] };

it('waitingWords says who is in the way', () => {
  const two: NoPlace = { state: 'full', full: { why: 'sessions', live: 2, limit: 2 }, who: ['main', 'feat/x'] };
  expect(waitingWords(two)).toBe('waiting: 2 of 2 sessions live (main, feat/x); Ctrl-C cancels');
  expect(waitingWords(short)).toBe('waiting: 123456 MiB of memory are free, not 200000; Ctrl-C cancels');
});

it.each([many, short, { state: 'busy' }] as const)('waitingWords fits a line of 80, behind the name of the program (%#)', (none) => {
  expect(`pclaude: ${waitingWords(none)}`.length).toBeLessThanOrEqual(80);
});

it('failureOf ends with the code for another try later', () => {
  expect(failureOf(many)).toMatchObject({ exitCode: 75, line: '20 of 20 sessions live (limits.sessions); try again later, or raise the limit' });
  expect(failureOf(short).line).toBe('123456 MiB of memory are free, and limits.freeMemoryMiB is 200000; try again later, or raise the limit');
});
