import { describe, expect, it } from 'vitest';
import { type Driver, driverAt } from '../../../src/merge/drivers.js';
import { detectLostUpdate, leastRemoved } from '../../../src/merge/lost-update.js';
import { encodeText } from '../../../src/system/content.js';
import { layout } from '../../support/session.js';

const bytes = (text: string | null): Uint8Array | null => (text === null ? null : Buffer.from(text));
const driver = (name: string): Driver => driverAt(layout.drivers, name);

/** The text of the version on which the writer of `theirs` based it; undefined if that was the latest. */
function readBy(name: string, past: readonly (string | null)[], theirs: string): string | null | undefined {
  const stale = detectLostUpdate(past.map(bytes), Buffer.from(theirs), driver(name));
  if (stale === null) return undefined;
  return stale.base === null ? null : Buffer.from(stale.base).toString();
}

const INDEX = [
  '# Memory\n- [A](a.md) — first\n',
  '# Memory\n- [A](a.md) — first\n- [B](b.md) — second\n',
  '# Memory\n- [A](a.md) — first\n- [B](b.md) — second\n- [C](c.md) — third\n',
] as const;
const NOTE = ['one thing\n', 'one thing\nanother thing that we found\n'] as const;

describe('detectLostUpdate: another writer wrote a version that it had made', () => {
  it.each<readonly [what: string, name: string, past: readonly (string | null)[], theirs: string, base: string | null]>([
    ['of the index before the last merge', 'MEMORY.md', INDEX.slice(0, 2), `${INDEX[0]}- [P](p.md) — plain\n`, INDEX[0]],
    ['of the index before two merges', 'MEMORY.md', INDEX, `${INDEX[0]}- [P](p.md) — plain\n`, INDEX[0]],
    ['of the index between two merges', 'MEMORY.md', INDEX, `${INDEX[1]}- [P](p.md) — plain\n`, INDEX[1]],
    ['when there was no index yet', 'MEMORY.md', [null, INDEX[0]], '# Memory\n- [P](p.md) — plain\n', null],
    ['of a note', 'note.md', NOTE, 'one thing\nand something else\n', NOTE[0]],
    [
      'of a note, with a section of the same form as the one that came in',
      'note.md',
      ['# Notes\n\n## Place\n\nknown before\n', '# Notes\n\n## Topic 5\n\nfound by writer 5\n\n## Place\n\nknown before\n'],
      '# Notes\n\n## Topic 9\n\nfound by writer 9\n\n## Place\n\nknown before\n',
      '# Notes\n\n## Place\n\nknown before\n',
    ],
    [
      'of a note, with a section of the same form under an indented heading',
      'note.md',
      ['# Notes\n\n  ## Place\n\nknown before\n', '# Notes\n\n  ## Topic 5\n\nfound by writer 5\n\n  ## Place\n\nknown before\n'],
      '# Notes\n\n  ## Topic 9\n\nfound by writer 9\n\n  ## Place\n\nknown before\n',
      '# Notes\n\n  ## Place\n\nknown before\n',
    ],
    ['of a note in which a line was replaced', 'note.md', ['a b c\nd e f\n', 'a b c\nx y z\n'], 'a b c\nd e f\ng h i\n', 'a b c\nd e f\n'],
    ['of settings, with a key of their own', 'settings.json', ['{"a":1}', '{"a":1,"env":{"S":"1"}}'], '{"a":1,"p":2}', '{"a":1}'],
    [
      'of settings, with a rule of their own',
      'settings.json',
      ['{"allow":["a"]}', '{"allow":["a","s"]}'],
      '{"allow":["a","p"]}',
      '{"allow":["a"]}',
    ],
    ['of an index that no session has seen', 'MEMORY.md', INDEX.slice(1), `${INDEX[0]}- [P](p.md) — plain\n`, INDEX[0]],
    [
      'of the version of which theirs keeps the most',
      'settings.json',
      ['{"f":1,"p":1,"q":1}', '{"f":1}', '{"f":1,"p":1,"q":1,"o":1}'],
      '{"f":1,"s":1}',
      '{"f":1}',
    ],
  ])('%s', (_what, name, past, theirs, base) => {
    expect(readBy(name, past, theirs)).toBe(base);
  });

  it.each<readonly [what: string, name: string, past: readonly (string | null)[], theirs: string]>([
    ['of the latest', 'MEMORY.md', INDEX, `${INDEX[2]}- [P](p.md) — plain\n`],
    ['of the latest, without another entry', 'MEMORY.md', INDEX, INDEX[2].replace('- [A](a.md) — first\n', '')],
    ['of the latest, with a change of its newest entry', 'MEMORY.md', INDEX, INDEX[2].replace('third', 'third, corrected')],
    ['of a note, with a change of the last line', 'note.md', NOTE, 'one thing\nanother thing that we have found\n'],
    ['of a note, with a change of a line that was replaced', 'note.md', ['a b c\nd e f\n', 'a b c\nx y z\n'], 'a b c\nx y w v\n'],
    [
      'of a note, with a change of a line under its heading',
      'note.md',
      ['# Notes\n\nknown before\n', '# Notes\n\nknown before\n\n## Topic\n\nfound by writer 5\n'],
      '# Notes\n\nknown before\n\n## Topic\n\nfound by writer 9\n',
    ],
    ['anew', 'note.md', NOTE, 'nothing that was there\n'],
    ['by going back to what was there before', 'MEMORY.md', INDEX, INDEX[1]],
    ['by setting a value back, and another', 'settings.json', ['{"model":"opus"}', '{"model":"sonnet"}'], '{"model":"opus","x":1}'],
    ['with another value for what came in', 'settings.json', ['{"a":1}', '{"a":1,"b":1}'], '{"a":1,"b":2}'],
    ['of a file that is not text', 'note.md', ['a\n', '\0'], 'a\nb\n'],
    ['of an unknown version', 'note.md', [], 'a\n'],
  ])('but not %s', (_what, name, past, theirs) => {
    expect(readBy(name, past, theirs)).toBeUndefined();
  });
});

const NO_TEXT = Uint8Array.of(0, 255, 0);

describe('leastRemoved', () => {
  const [one, oneTwo, oneThree] = [encodeText('one\n'), encodeText('one\ntwo\n'), encodeText('one\nthree\n')];

  it('finds the version of which the least is missing', () => {
    expect(leastRemoved([oneTwo, one], oneThree)).toBe(one);
  });

  it('prefers the first where as much is missing of both', () => {
    expect(leastRemoved([oneTwo, one], encodeText('one\ntwo\nthree\n'))).toBe(oneTwo);
  });

  it('takes neither nothing nor what is not text', () => {
    expect(leastRemoved([oneTwo, encodeText(''), null, NO_TEXT], oneThree)).toBe(oneTwo);
    expect(leastRemoved([oneTwo, one], NO_TEXT)).toBe(oneTwo);
  });
});
