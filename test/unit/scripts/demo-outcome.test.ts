import { expect, test } from 'vitest';
import { type DemoOutcome, demoTable, faultsOf } from '../../../scripts/demo/outcome.js';

const all: DemoOutcome = {
  index: {
    sections: [
      { title: 'note a 1', isWhole: true, copies: 1 },
      { title: 'note b 1', isWhole: true, copies: 1 },
    ],
    isIntact: true,
  },
  topic: {
    sections: [
      { title: 'note a 1', isWhole: true, copies: 1 },
      { title: 'note b 1', isWhole: true, copies: 1 },
    ],
    isIntact: true,
  },
  conflicts: [],
  failures: [],
};
const bad: DemoOutcome = {
  index: {
    sections: [
      { title: 'note a 1', isWhole: true, copies: 3 },
      { title: 'note b 1', isWhole: true, copies: 1 },
    ],
    isIntact: true,
  },
  topic: {
    sections: [
      { title: 'note a 1', isWhole: false, copies: 0 },
      { title: 'note b 1', isWhole: false, copies: 2 },
    ],
    isIntact: false,
  },
  conflicts: ['architecture.conflict-search-k3j2.md'],
  failures: ['1 API Error'],
};

test('an outcome with everything exactly once has no faults', () => {
  expect(faultsOf(all)).toEqual([]);
});

test('lists in words what is lost, doubled, changed elsewhere, failed or in conflict', () => {
  expect(faultsOf(bad)).toEqual([
    '1 index line is more than once in MEMORY.md: note a 1 (3 times).',
    '2 sections are missing in architecture.md: note a 1, note b 1.',
    '1 section is more than once in architecture.md: note b 1 (2 times).',
    'architecture.md has changed elsewhere, too.',
    'A session failed: 1 API Error.',
    'A conflict copy is there: architecture.conflict-search-k3j2.md.',
  ]);
});

test('the table counts both programs, including surplus copies', () => {
  expect(demoTable(bad, all)).toBe(
    [
      '                                          claude     pclaude',
      'index lines kept in MEMORY.md             2 of 2      2 of 2',
      'sections kept in architecture.md          0 of 2      2 of 2',
      'surplus copies of lines and sections           3           0',
      'conflict copies                                1           0',
      '',
    ].join('\n'),
  );
});
