import { describe, expect, it } from 'vitest';
import { unite } from '../../../../src/launch/jobs/list.js';

const terminal = { pid: 7, cwd: '/p', kind: 'interactive', startedAt: 30 };

function background(id: string, startedAt: number): object {
  return { id, cwd: '/p', kind: 'background', startedAt, state: 'working' };
}

function text(...entries: readonly object[]): string {
  return `${JSON.stringify(entries, null, 2)}\n`;
}

/** Jobs whose id begins with `a` belong to home `/a`, and so on. */
const homeOf = (id: string): string | undefined => (id === '' ? undefined : `/${id.charAt(0)}`);

const plain = { home: '/s', text: text(background('s1', 10), terminal, background('s2', 50)) };

describe('unite', () => {
  it('adds the jobs of other homes in order of their start, and sessions at terminals only once', () => {
    const others = [
      { home: '/a', text: text(background('a1', 40), terminal) },
      { home: '/b', text: text(background('b1', 20)) },
    ];
    expect(unite(plain, others, homeOf)).toBe(
      text(background('s1', 10), background('b1', 20), terminal, background('a1', 40), background('s2', 50)),
    );
  });

  it('takes a job that several lists have from the home to which it belongs', () => {
    const mine = { home: '/s', text: text(background('a1', 10)) };
    expect(unite(mine, [{ home: '/a', text: text(background('a1', 20)) }], homeOf)).toBe(text(background('a1', 20)));
    expect(unite({ home: '/a', text: mine.text }, [{ home: '/b', text: text(background('a1', 20)) }], homeOf)).toBe(mine.text);
  });

  it.each([
    ['there is nothing to add', '[ ]', [{ home: '/a', text: '[]' }]],
    ['it is not a list', 'Usage: claude agents\n', [{ home: '/a', text: text(background('a1', 20)) }]],
    ['the other one is not a list', '[]\n', [{ home: '/a', text: 'error' }]],
    ['the other one lists something else', '[]\n', [{ home: '/a', text: '[1, {"kind":"background"}, {"id":"a1"}]' }]],
  ])('leaves the shared text unchanged if %s', (_, own, others) => {
    expect(unite({ home: '/s', text: own }, others, homeOf)).toBe(own);
  });

  it('keeps entries that only the client understands', () => {
    expect(unite({ home: '/s', text: '[3,{"kind":"background"}]' }, [{ home: '/a', text: text(background('a1', 20)) }], homeOf)).toBe(
      `${JSON.stringify([3, { kind: 'background' }, background('a1', 20)], null, 2)}\n`,
    );
  });
});
