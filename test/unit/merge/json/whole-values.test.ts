import { describe, expect, it } from 'vitest';
import { json, run } from '../support.js';

function counts(n: string, count: string): string {
  return `{"n":${n},"use":{"a.b":{"count":${count}}}}`;
}

function used(at: string, more: string): string {
  return `{"use":{"a.b":{"at":${at}${more}}}}`;
}

describe('numbers of the json driver', () => {
  it('adds up counters exactly, also if both counted the same', () => {
    const counting = json({ counters: ['n', 'use.*.count'] });
    expect(run(counts('9007199254740993', '1'), counts('9007199254740995', '3'), counts('9007199254740994', '2'), counting).shared).toBe(
      counts('9007199254740996', '4'),
    );
    expect(run(counts('1', '1'), counts('2', '1'), counts('2', '1'), counting).shared).toBe(counts('3', '1'));
    expect(run('{}', '{"n":1}', '{"n":2}', counting).shared).toBe('{"n":3}');
    expect(run('{"n":0}', '{"n":0.5}', '{"n":2}', counting).shared).toBe('{"n":2.5}');
  });

  it.each([
    ['0.1', '0.3', '0.7', '0.9'],
    ['1', '2', '-3', '-2'],
    ['0', '-0.25', '0.5', '0.25'],
    ['0', '-0.5', '0.25', '-0.25'],
    ['1e2', '1.5E+2', '1e-2', '50.01'],
    ['9007199254740993', '9007199254740993.5', '9007199254740995', '9007199254740995.5'],
    ['null', '2', '3', '5'],
  ])('counts in decimals, without rounding (%s, %s, %s)', (base, ours, theirs, sum) => {
    expect(run(`{"n":${base}}`, `{"n":${ours}}`, `{"n":${theirs}}`, json({ counters: ['n'] }))).toMatchObject({
      shared: `{"n":${sum}}`,
      decided: [],
    });
  });

  it('takes a counter that only one side changed as it is written, and treats one that is not a number as any value', () => {
    const counting = json({ counters: ['n'] });
    expect(run('{"n":1.0}', '{"n":1.50}', '{"n":1.0,"t":1}', counting).shared).toBe('{"n":1.50,"t":1}');
    expect(run('{"n":1.0}', '{"n":1.0,"o":1}', '{"n":1.50}', counting).shared).toBe('{"n":1.50,"o":1}');
    expect(run('{"n":1}', '{"n":1e999999999}', '{"n":3}', counting)).toMatchObject({ shared: '{"n":1e999999999}', decided: ['n'] });
    expect(run('{"n":1}', '{"n":1e301}', '{"n":3}', counting)).toMatchObject({ shared: '{"n":1e301}', decided: ['n'] });
    expect(run('{"n":1}', '{"n":"2"}', '{"n":3}', counting)).toMatchObject({ shared: '{"n":"2"}', decided: ['n'] });
  });

  it.each([
    ['1', '9007199254740993', '9007199254740992', '9007199254740993'],
    ['1', '9007199254740992', '9007199254740993', '9007199254740993'],
    ['7', '5', '6', '6'],
    ['7', '5', '7', '7'],
    ['7', '7', '5', '7'],
    ['1', '1.5', '15e-1', '15e-1'],
    ['1', '-2', '-1e1', '-2'],
    ['1', '1e400', '2', '1e400'],
  ])('leaves the greatest of numbers that only grow (%s, %s, %s)', (base, ours, theirs, latest) => {
    const growing = json({ latest: ['use.*.at'] });
    expect(run(used(base, ''), used(ours, ',"o":1'), used(theirs, ',"t":1'), growing)).toMatchObject({
      shared: used(latest, ',"t":1,"o":1'),
      decided: [],
    });
  });

  it('treats a growing value that is not a number, or was removed, as any value', () => {
    const growing = json({ latest: ['at'] });
    expect(run('{"at":1}', '{"at":"2"}', '{"at":3}', growing)).toMatchObject({ shared: '{"at":"2"}', decided: ['at'] });
    expect(run('{"at":1,"a":1}', '{"a":1}', '{"at":1}', growing).shared).toBe('{}');
    expect(run('{"at":1}', '{}', '{"at":2}', growing).shared).toBe('{"at":2}');
    expect(run('{}', '{"at":2}', '{"at":1}', growing)).toMatchObject({ shared: '{"at":2}', decided: [] });
  });
});
