import { describe, expect, it } from 'vitest';
import { isSomeWanted, type Look } from '../../../src/system/process-environment.js';

type Round = Readonly<Record<string, Look>>;

/** Searches among processes that are these each time they are listed; the last list stays. */
function search(...rounds: readonly Round[]): { found: boolean; looks: number[] } {
  let round: Round = {};
  const left = [...rounds];
  const looks: number[] = [];
  const found = isSomeWanted(
    () => Object.keys((round = left.shift() ?? round)).map(Number),
    (pid) => {
      looks.push(pid);
      return round[pid] ?? 'ended';
    },
  );
  return { found, looks };
}

describe('isSomeWanted', () => {
  it('checks each process once', () => {
    expect(search({})).toEqual({ found: false, looks: [] });
    expect(search({ 1: 'other', 2: 'other' })).toEqual({ found: false, looks: [1, 2] });
    expect(search({ 1: 'other', 2: 'wanted' }).found).toBe(true);
  });

  it('searches for processes that an exited one may have started', () => {
    expect(search({ 1: 'other', 2: 'ended' }, { 1: 'other', 3: 'wanted' })).toEqual({ found: true, looks: [1, 2, 3] });
    expect(search({ 1: 'ended' }, { 2: 'ended' }, { 3: 'wanted' }).found).toBe(true);
    expect(search({ 1: 'ended' }, { 1: 'ended' })).toEqual({ found: false, looks: [1] });
  });

  it('does not search for ever if processes come and go', () => {
    expect(search(...Array.from({ length: 100 }, (_, at): Round => ({ [at + 1]: 'ended' }))).found).toBe(false);
  });

  it('checks a starting process again, and finally treats it as wanted', () => {
    expect(search({ 1: 'starting', 2: 'other' }, { 1: 'starting', 2: 'other' }, { 1: 'other', 2: 'other' })).toEqual({
      found: false,
      looks: [1, 2, 1, 1],
    });
    expect(search({ 1: 'starting' }, { 1: 'wanted' }).found).toBe(true);
    expect(search({ 1: 'starting' }).found).toBe(true);
  });
});
