import { describe, expect, it } from 'vitest';
import { drivers, lines, run } from './support.js';

const at = (timestamp: number | string, text: string): string => JSON.stringify({ text, timestamp });
const T = 1_700_000_000_000;

describe('the jsonl driver', () => {
  it.each([
    ['theirs first, then ours, where no line carries a time', ['b'], ['b', 'o'], ['b', 't'], ['b', 't', 'o']],
    ['by time', ['b'], ['b', at(T + 1, 'o'), at(T + 5, 'o')], ['b', at(T + 3, 't')], ['b', at(T + 1, 'o'), at(T + 3, 't'), at(T + 5, 'o')]],
    [
      'by time, however it is written',
      [],
      [at('2023-11-14T22:13:20.500Z', 'o')],
      [at(T / 1000, 't'), at(T + 900, 't')],
      [at(T / 1000, 't'), at('2023-11-14T22:13:20.500Z', 'o'), at(T + 900, 't')],
    ],
    [
      'by time, but behind what was there',
      [at(T + 9, 'b')],
      [at(T + 9, 'b'), at(T + 1, 'o')],
      [at(T + 9, 'b'), at(T + 3, 't')],
      [at(T + 9, 'b'), at(T + 1, 'o'), at(T + 3, 't')],
    ],
    ['of one time theirs first', [], [at(T, 'o')], [at(T, 't')], [at(T, 't'), at(T, 'o')]],
    [
      'a line without a time behind the one it followed',
      [],
      [at(T + 1, 'o'), 'more'],
      [at(T + 3, 't')],
      [at(T + 1, 'o'), 'more', at(T + 3, 't')],
    ],
    ['a line that both added once', ['b'], ['b', 'x', 'o'], ['b', 'x', 't'], ['b', 'x', 't', 'o']],
    ['a line that one added twice, twice', ['b'], ['b', 'x', 'x'], ['b', 'x'], ['b', 'x', 'x']],
    ['a line that stood once and was added again', ['x'], ['x', 'x'], ['x', 't'], ['x', 't', 'x']],
    ['a line that was added again where it was added', ['x'], ['x', 'o', 'x'], ['x', 't'], ['x', 't', 'o', 'x']],
    ['without the first of two that one removed', ['x', 'y', 'x'], ['y', 'x'], ['x', 'y', 'x', 't'], ['y', 'x', 't']],
    ['without the lines that one trimmed from the front', ['a', 'b', 'c'], ['c', 'o'], ['a', 'b', 'c', 't'], ['c', 't', 'o']],
    ['lines that are not JSON as they are', ['b'], ['b', '{"torn":'], ['b', 't'], ['b', 't', '{"torn":']],
  ])('returns %s', (_name, base, ours, theirs, merged) => {
    expect(run(lines(...base), lines(...ours), lines(...theirs), drivers.jsonl).shared).toBe(lines(...merged));
  });

  it('ends every line, so that the next writer begins a new one', () => {
    expect(run('b', 'b\no', 'b\nt', drivers.jsonl).shared).toBe('b\nt\no\n');
  });

  it("keeps the line ends of the session's version if theirs has none", () => {
    expect(run('b\r\n', 'b\r\no\r\n', '', drivers.jsonl).shared).toBe('o\r\n');
  });

  it('keeps numbers as they are written', () => {
    expect(run('', '{"n":12345678901234567890}\n', '{"n":1.0}\n', drivers.jsonl).shared).toBe('{"n":1.0}\n{"n":12345678901234567890}\n');
  });
});
