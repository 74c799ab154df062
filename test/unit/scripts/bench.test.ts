import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compare, fails } from '../../../scripts/bench/compare.js';
import { parseCount } from '../../../scripts/bench/instructions.js';
import { figureText, makePage } from '../../../scripts/bench/page.js';
import { type Case, expectThat, measurePart, type Part } from '../../../scripts/bench/part.js';
import { parts } from '../../../scripts/bench/parts.js';
import { formatReport, parseReport, type Report } from '../../../scripts/bench/report.js';
import { casesOf, figureOf, type Reading, type Row } from '../../../scripts/bench/rows.js';
import { parseReading } from '../../../scripts/bench/timer.js';

const ratio: Row = {
  id: 'launch',
  what: 'a launch / node',
  unit: 'ratio',
  goal: 'at most 1.5',
  checked: true,
  of: 'launch.wall',
  per: 'node.wall',
};
const lost: Row = { id: 'lost', what: 'lost', unit: 'count', of: 'launch.lost', outOf: 'launch.written' };
const readings = new Map<string, Reading[]>([
  ['launch', [20, 40, 30, 60].map((wall) => ({ wall, lost: 4, written: 63 }))],
  ['node', [10, 20, 20, 20].map((wall) => ({ wall }))],
]);

function part(cases: readonly Case[]): Part {
  return { title: 'Some', rounds: 3, warmUp: 1, rows: [ratio], open: () => Promise.resolve(cases) };
}

function file(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

describe('figureOf', () => {
  it('divides the medians, and takes the spread from the rounds', () => {
    expect(figureOf(ratio, readings)).toEqual({ id: 'launch', value: 2, low: 2, high: 3, rounds: 4 });
  });

  it('subtracts on both sides, and counts of how many', () => {
    const row: Row = { ...ratio, less: 'node.wall', perLess: 'launch.lost' };
    expect(figureOf(row, readings)?.value).toBeCloseTo((40 - 20) / (20 - 4));
    expect(figureOf(lost, readings)).toMatchObject({ value: 4, outOf: 63 });
  });

  it('has no figure when a value is missing, and fails when nothing was measured', () => {
    expect(figureOf({ ...ratio, of: 'launch.cpu' }, readings)).toBeUndefined();
    expect(() => figureOf({ ...ratio, per: 'other.wall' }, readings)).toThrow('nothing was measured for other.wall');
  });
});

describe('measurePart', () => {
  it('runs the cases that the rows need in turn, verifies each, and does not count the first round', async () => {
    const calls: string[] = [];
    const make = (name: string): Case => ({
      name,
      measure: () => Promise.resolve({ wall: calls.push(name) <= 2 ? 1_000 : 5 }),
      verify: ({ wall }) => void calls.push(`${name} ${wall}`),
    });
    expect(await measurePart(part([make('node'), make('launch'), make('other')]), [ratio])).toEqual([
      { id: 'launch', value: 1, low: 1, high: 1, rounds: 3 },
    ]);
    expect(calls.slice(0, 4)).toEqual(['node', 'node 1000', 'launch', 'launch 5']);
    expect(calls).toHaveLength(4 * 2 * 2);
  });

  it('fails when what was measured did not happen', async () => {
    const never: Case = {
      name: 'launch',
      measure: () => Promise.resolve({ wall: 5 }),
      verify: () => expectThat(false, 'no file is there'),
    };
    const node: Case = { name: 'node', measure: () => Promise.resolve({ wall: 5 }), verify: () => {} };
    await expect(measurePart(part([node, never]), [ratio])).rejects.toThrow('what was measured did not happen: no file is there');
  });
});

describe('compare', () => {
  it.each([
    [1.14, 'same', false],
    [1.16, 'slower', true],
    [0.86, 'same', false],
    [0.84, 'faster', false],
  ])('calls %s of what it was %s', (value, verdict, isFailure) => {
    const [comparison] = compare([ratio, lost], [{ id: 'launch', value: 1 }], [{ id: 'launch', value }]);
    expect(comparison).toMatchObject({ id: 'launch', verdict, was: 1, is: value });
    expect(comparison && fails(comparison)).toBe(isFailure);
  });

  it('fails without a figure to compare with, and without one that was measured; ignores rows that are not checked', () => {
    const now = [{ id: 'launch', value: 1 }];
    expect(compare([ratio], [], now).map((one) => [one.verdict, fails(one)])).toEqual([['unknown', true]]);
    expect(compare([ratio], now, []).map((one) => [one.verdict, fails(one)])).toEqual([['unmeasured', true]]);
    expect(compare([lost], [], [])).toEqual([]);
  });
});

describe('what programs print', () => {
  it('reads the line of the timer, and nothing else', () => {
    expect(parseReading('{"cpu":140.275,"exit":0,"wall":5e+02}\n')).toEqual({ cpu: 140.275, exit: 0, wall: 500 });
    for (const text of ['{"cpu":"1"}', 'null']) expect(() => parseReading(text)).toThrow('the timer printed');
    for (const text of ['', '{"cpu":1']) expect(() => parseReading(text)).toThrow(SyntaxError);
  });

  it('reads one count of instructions of cachegrind', () => {
    const printed = '==7== Command: node\n==7== \n==7== I   refs:      372,654,007\n';
    expect(parseCount(printed)).toBe(372_654_007);
    for (const text of ['', `${printed}${printed}`]) expect(() => parseCount(text)).toThrow('did not print one count');
  });
});

describe('the page', () => {
  const report: Report = {
    version: 1,
    parts: {
      launches: {
        measured: '2026-11-30T12:00:00.000Z',
        commit: 'abcdef0123',
        node: '20.20.2',
        machine: { system: 'Linux 6.1', processor: 'AMD', cores: 2, memoryGiB: 24 },
        load: [0.1, 1.25],
        figures: [{ id: 'launch', value: 1.423, low: 1.4, high: 1.6, rounds: 9 }],
      },
    },
  };
  const some = {
    launches: { title: 'Launches', rows: [ratio, { ...ratio, id: 'other', what: 'another' }] },
    idle: { title: 'Idle', rows: [] },
  };

  it('has a table of each part with the conditions, and says what was not measured', () => {
    const page = makePage('# Title\n\n{{launches}}\n\n{{idle}}\n', some, report);
    expect(page).toContain('# Title\n\n| | measured | goal |\n|---|---|---|\n| a launch / node ✓ | 1.42 (1.40 to 1.60) | at most 1.5 |\n');
    expect(page).toContain('| another ✓ | not measured | at most 1.5 |');
    expect(page).toContain('Commit abcdef0123, 2026-11-30, Node 20.20.2, 2 cores (AMD), 24 GiB, Linux 6.1; load 0.1 before and 1.3 after.');
    expect(page).toContain('Not measured yet: `npm run bench -- idle --write`.');
  });

  it('shows each part once, and no other', () => {
    expect(() => makePage('{{launches}}\n', some, report)).toThrow('the template does not show idle');
    expect(() => makePage('{{launches}}\n{{idle}}\n{{more}}\n', some, report)).toThrow('more, which is not a part');
  });

  it.each([
    ['ms', 8.26, '8.3 ms'],
    ['ms', 1020.4, '1,020 ms'],
    ['percent', 0.0213, '0.021 %'],
    ['ratio', 0.999, '1.00'],
  ] as const)('prints %s with the digits that mean something', (unit, value, text) => {
    expect(figureText({ ...ratio, unit }, { id: 'x', value, low: value, high: value, rounds: 1 })).toBe(text);
    expect(figureText(lost, { id: 'x', value: 4, low: 4, high: 4, rounds: 1, outOf: 63 })).toBe('4 of 63');
  });

  it('keeps what the JSON says', () => {
    expect(parseReport(formatReport(report))).toEqual(report);
    expect(() => parseReport('{ "version": 2, "parts": {} }')).toThrow('Expected 1');
  });

  it('is the one in the repository, made from the JSON beside it', () => {
    const { parts: measured } = parseReport(file('docs/benchmarks.json'));
    expect(makePage(file('scripts/bench/page.md'), parts, { version: 1, parts: measured })).toBe(file('docs/benchmarks.md'));
  });
});

describe('the rows', () => {
  const rows = Object.values(parts).flatMap((one) => one.rows);

  it('have names of their own', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  it('are checked only if they are ratios of processor time or instructions', () => {
    const checked = rows.filter((row) => row.checked);
    expect(checked.map(({ unit, of, per }) => unit === 'ratio' && /(Cpu|\.session)$/.test(of) && /\.(cpu|node)$/.test(per ?? ''))).toEqual(
      checked.map(() => true),
    );
    expect(checked.map(casesOf).every((cases) => cases.length === 2)).toBe(true);
  });
});
