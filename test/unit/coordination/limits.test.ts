import { expect, it } from 'vitest';
import { limitError, type Refusal, waitingMessage, whyFull } from '../../../src/coordination/limits.js';

const MIB = 1024 * 1024;

it.each([
  ['no limits', {}, 99, 0, undefined],
  ['one session less than the limit', { sessions: 3 }, 2, 0, undefined],
  ['as many sessions as the limit', { sessions: 3 }, 3, 0, { why: 'sessions', live: 3, limit: 3 }],
  ['more than there may be', { sessions: 3 }, 5, 0, { why: 'sessions', live: 5, limit: 3 }],
  ['memory enough', { freeMemoryMiB: 300 }, 9, 300 * MIB, undefined],
  ['too little memory', { freeMemoryMiB: 300 }, 9, 300 * MIB - 1, { why: 'memory', freeMiB: 299, limit: 300 }],
])('whyFull: %s', (_what, limits, live, free, expected) => {
  expect(whyFull({ sessions: undefined, freeMemoryMiB: undefined, atLimit: 'wait', ...limits }, live, free)).toEqual(expected);
});

const many: Refusal = {
  state: 'full',
  full: { why: 'sessions', live: 20, limit: 20 },
  names: ['feature/one', 'feature/two', 'feature/three'],
};
const short: Refusal = { state: 'full', full: { why: 'memory', freeMiB: 123_456, limit: 200_000 }, names: [] };

it('waitingMessage says who is in the way', () => {
  const two: Refusal = { state: 'full', full: { why: 'sessions', live: 2, limit: 2 }, names: ['main', 'feat/x'] };
  expect(waitingMessage({ ...two, full: { why: 'sessions', live: 1, limit: 1 }, names: ['main'] })).toBe(
    'waiting for 1 session to end (main); Ctrl-C gives up',
  );
  expect(waitingMessage(two)).toBe('waiting for one of 2 sessions to end (main, feat/x); Ctrl-C gives up');
  expect(waitingMessage(short)).toBe('waiting for memory: 123456 of 200000 MiB are free; Ctrl-C gives up');
});

it.each([many, short, { state: 'busy' }] as const)('waitingMessage fits a line of 80, behind the name of the program (%#)', (refusal) => {
  expect(`pclaude: ${waitingMessage(refusal)}`.length).toBeLessThanOrEqual(80);
});

it('limitError ends with the code for another try later', () => {
  expect(limitError(many)).toMatchObject({
    exitCode: 75,
    line: '20 sessions run, and limits.sessions allows 20; end one (pclaudectl sessions lists them), or raise the limit: PCLAUDE_LIMIT_SESSIONS',
  });
  expect(limitError(short).line).toBe(
    '123456 MiB of memory are free, and limits.freeMemoryMiB asks for 200000; end one (pclaudectl sessions lists them), or lower limits.freeMemoryMiB',
  );
});
