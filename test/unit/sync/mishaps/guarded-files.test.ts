import { describe, expect, it } from 'vitest';
import { loadLayout } from '../../../../src/config/layout.js';
import type { DriverRow } from '../../../../src/merge/drivers.js';
import { guardedNames, guardedSections, isAsKept } from '../../../../src/sync/mishaps/guarded-files.js';

const { drivers } = loadLayout({});

const BUILT_IN = ['.claude.json', '.config.json', '.credentials.json', 'settings.json'];

function own(path: string, sections: readonly string[]): DriverRow {
  return { path, driver: { kind: 'json', rules: { counters: [], latest: [], atoms: [], identities: {}, sections } } };
}

describe('guardedNames', () => {
  it('returns the files at the top that hold settings, rules or a login, each once', () => {
    expect(guardedNames([...drivers, ...drivers]).toSorted()).toEqual(BUILT_IN);
  });

  it.each<readonly [what: string, row: DriverRow, more: readonly string[]]>([
    ['a file of the user', own('/rules.json', ['deny']), ['rules.json']],
    ['no file without sections', own('/rules.json', []), []],
    ['no pattern', own('/rules*.json', ['deny']), []],
    ['no file below the top', own('/plans/rules.json', ['deny']), []],
    ['no name that may be anywhere', own('rules.json', ['deny']), []],
  ])("with the user's rows: %s", (_, row, more) => {
    expect(guardedNames([row, ...drivers]).toSorted()).toEqual([...BUILT_IN, ...more].toSorted());
  });

  it('uses the first row that matches, as merges do', () => {
    const rows = [own('/Settings.json', []), ...drivers];
    expect([guardedNames(rows).toSorted(), guardedSections(rows, 'settings.json')]).toEqual([
      BUILT_IN.filter((name) => name !== 'settings.json'),
      [],
    ]);
  });
});

describe('isAsKept', () => {
  it.each([
    [true, 'nothing is there', null, null],
    [true, 'nothing is there any more', null, { modifiedAt: 1, size: 1 }],
    [false, 'none was kept', { modifiedAt: 1, size: 1 }, null],
    [true, 'it was kept when it was written', { modifiedAt: 1, size: 1 }, { modifiedAt: 1, size: 1 }],
    [true, 'it was kept later', { modifiedAt: 1, size: 1 }, { modifiedAt: 2, size: 1 }],
    [false, 'it was written later', { modifiedAt: 2, size: 1 }, { modifiedAt: 1, size: 1 }],
    [false, 'it has another size', { modifiedAt: 1, size: 2 }, { modifiedAt: 1, size: 1 }],
  ])('is %s if %s', (expected, _, file, kept) => {
    expect(isAsKept(file, kept)).toBe(expected);
  });
});
