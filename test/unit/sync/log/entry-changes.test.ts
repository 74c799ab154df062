import { describe, expect, it } from 'vitest';
import { changesOf } from '../../../../src/sync/log/entry.js';
import { changeOf, entryOf } from '../../../support/log-entries.js';

const COPY = '/a.conflict-main-0123456789.md';

describe('changesOf', () => {
  it('returns each file once, from its first version to its last', () => {
    const files = [
      changeOf('/a.md', 'one', 'two', {
        outcome: 'conflict',
        copy: COPY,
        decided: ['x'],
        content: { kept: true, before: 'one', after: 'two', base: 'none' },
      }),
      changeOf('/b.md', null, 'b'),
      changeOf('/a.md', 'two', 'three', { decided: ['x', 'y'] }),
    ];
    expect(changesOf(entryOf('x', { files }))).toMatchObject([
      {
        target: '/a.md',
        outcome: 'conflict',
        copy: COPY,
        decided: ['x', 'y'],
        content: { kept: true, before: 'one', after: 'three', base: 'none' },
      },
      { target: '/b.md', content: { before: null, after: 'b' } },
    ]);
  });

  it.each([
    [
      ['k', 'l'],
      ['l', 'm'],
      ['k', 'l', 'm'],
    ],
    [null, ['m'], null],
    [['k'], null, null],
  ])('combines the keys of changes without content: %j and %j', (one, next, keys) => {
    const files = [one, next].map((names) => changeOf('/s.json', null, null, { content: { kept: false, why: 'secret', keys: names } }));
    expect(changesOf(entryOf('x', { files }))).toMatchObject([{ content: { kept: false, why: 'secret', keys } }]);
  });

  it('has no content if one of two edits has none', () => {
    const large = changeOf('/a.md', null, null, { content: { kept: false, why: 'large', keys: null } });
    const small = changeOf('/a.md', 'one', 'two');
    for (const files of [
      [large, small],
      [small, large],
    ])
      expect(changesOf(entryOf('x', { files }))).toMatchObject([{ content: { kept: false, why: 'large', keys: null } }]);
  });
});
