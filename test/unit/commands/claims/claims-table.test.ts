import { expect, test } from 'vitest';
import { claimJson, claimTable } from '../../../../src/commands/claims/claims.js';
import type { HeldClaim } from '../../../../src/coordination/claims/claim-store.js';

const claims: readonly HeldClaim[] = [
  { path: '/shop/db', since: 0, holder: { kind: 'session', id: 'k3j2p0qa1x', branch: 'feat/a-name-that-is-as-long-as-names-are' } },
  { path: '/shop/gen\n', since: 700_000, holder: { kind: 'session', id: 'aaaaaaaaaa', branch: null } },
  { path: '/shop/x', since: 720_000, holder: { kind: 'process', pid: 48213, start: '1' } },
];

test('prints claims as a table', () => {
  expect(claimTable(claims, 720_000, 60)).toBe(
    [
      'HOLDER      BRANCH                          AGE  PATH',
      'k3j2p0qa1x  feat/a-name-th…ng-as-names-are  12m  /shop/db',
      'aaaaaaaaaa  -                               0m   /shop/gen\\n',
      'pid 48213   -                               0m   /shop/x',
      '',
    ].join('\n'),
  );
  expect(claimTable([], 0)).toBe('');
});

test('prints claims as JSON', () => {
  expect(claims.map(claimJson)).toEqual([
    {
      path: '/shop/db',
      holder: { kind: 'session', id: 'k3j2p0qa1x', branch: 'feat/a-name-that-is-as-long-as-names-are' },
      since: '1970-01-01T00:00:00.000Z',
    },
    { path: '/shop/gen\n', holder: { kind: 'session', id: 'aaaaaaaaaa', branch: null }, since: '1970-01-01T00:11:40.000Z' },
    { path: '/shop/x', holder: { kind: 'process', pid: 48213 }, since: '1970-01-01T00:12:00.000Z' },
  ]);
});
