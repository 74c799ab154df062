import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { granted, heldClaims, inTheWay, released } from '../../../../src/coordination/claims/claims.js';
import type { Holder, ClaimList } from '../../../../src/coordination/claims/claim-store.js';

const anna: Holder = { kind: 'session', id: 'aaaaaaaaaa', branch: 'feat/x' };
const shell: Holder = { kind: 'process', pid: 7, start: '100' };

function list(holder: Holder, ...paths: string[]): ClaimList {
  return { version: 1, holder, claims: paths.map((path) => ({ path, since: 1 })) };
}

describe('a claim of another holder conflicts', () => {
  it.each([
    ['/r/a', '/r/a', true],
    ['/r', '/r/a', true],
    ['/r/a/b', '/r/a', true],
    ['/', '/r', true],
    ['/r', '/', true],
    ['/r/a', '/r/ab', false],
    ['/r/ab', '/r/a', false],
    ['/r/a', '/s/a', false],
  ])('of one on %s for one on %s: %s', (claimed, wanted, expected) => {
    expect(inTheWay([list(anna, claimed)], shell, ['/elsewhere', wanted]).length).toBe(expected ? 1 : 0);
    expect(inTheWay([list(shell, claimed)], shell, [wanted])).toEqual([]);
  });

  it('if a process with the same pid was started at another time', () => {
    expect(inTheWay([list({ ...shell, start: '99' }, '/r')], shell, ['/r'])).toHaveLength(1);
  });
});

test('a claim that is granted again keeps its time, and exists once', () => {
  expect(granted([list(anna, '/r'), list(shell, '/s')], anna, ['/r', '/t', '/t'], 5)).toEqual({
    version: 1,
    holder: anna,
    claims: [
      { path: '/r', since: 1 },
      { path: '/t', since: 5 },
    ],
  });
});

describe('a release', () => {
  const lists = [list(anna, '/r/a', '/r/b'), list(shell, '/s')];

  it('removes exactly the given claims, and leaves the others', () => {
    expect(released(lists, anna, ['/r/a'], false)).toEqual({ state: 'released', lists: [list(anna, '/r/b')] });
  });

  it("of another holder's claim is refused as a whole, unless it is forced", () => {
    expect(released(lists, anna, ['/r/a', '/s'], false)).toEqual({ state: 'refused', claim: { path: '/s', since: 1, holder: shell } });
    expect(released(lists, anna, ['/r/a', '/s'], true)).toEqual({ state: 'released', lists: [list(anna, '/r/b'), list(shell)] });
  });

  it('of an unclaimed path names the claim above it', () => {
    expect(released(lists, anna, ['/t'], true)).toEqual({ state: 'unclaimed', path: '/t', covering: undefined });
    expect(released(lists, anna, ['/s/x'], true)).toEqual({
      state: 'unclaimed',
      path: '/s/x',
      covering: { path: '/s', since: 1, holder: shell },
    });
  });
});

test('after any claims and releases, no two holders have claims of which one covers the other', () => {
  const path = fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }).map((names) => `/${names.join('/')}`);
  const act = fc.record({ pid: fc.constantFrom(1, 2, 3), paths: fc.array(path, { minLength: 1, maxLength: 3 }), release: fc.boolean() });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
      const lists = new Map<number, ClaimList>();
      for (const { pid, paths, release } of acts) {
        const holder: Holder = { kind: 'process', pid, start: '1' };
        const all = [...lists.values()];
        const back = release ? released(all, holder, paths, false) : undefined;
        if (back?.state === 'released') for (const each of back.lists) lists.set(pid, each);
        else if (!release && inTheWay(all, holder, paths).length === 0) lists.set(pid, granted(all, holder, paths, 1));
      }
      for (const [pid, { claims }] of lists) {
        const others = [...lists].filter(([other]) => other !== pid).map(([, other]) => other);
        for (const one of claims) for (const other of heldClaims(others)) expect(`${one.path}/`.startsWith(`${other.path}/`)).toBe(false);
      }
    }),
  );
});
