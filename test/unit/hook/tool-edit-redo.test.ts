import { expect, it } from 'vitest';
import { redoEdit } from '../../../src/hook/tool-edit.js';

const there = { kind: 'there' } as const;
const again = (after: string) => ({ kind: 'again', after }) as const;

it.each<
  readonly [what: string, edit: readonly [old: string, next: string, all?: boolean], text: string, expected: ReturnType<typeof redoEdit>]
>([
  ['a line that was added', ['# M\n', '# M\n- a\n'], '# M\n- b\n', again('# M\n- a\n- b\n')],
  ['one that is there', ['# M\n', '# M\n- a\n'], '# M\n- a\n', there],
  ['one that is there, behind another', ['# M\n', '# M\n- a\n'], '# M\n- b\n- a\n', there],
  ['words that were replaced', ['here', 'there'], 'It began here.\nMore.\n', again('It began there.\nMore.\n')],
  ['words that are replaced', ['here', 'anywhere else'], 'It began anywhere else.\n', there],
  ['words that were made longer, and are', ['x', 'xy'], 'a xy b', there],
  ['words that were removed', [' not', ''], 'It does not work.', again('It does work.')],
  ['all places', ['a', 'b', true], 'a a', again('b b')],
  ['one place of several', ['a', 'b'], 'a a', undefined],
  ['words that are not there', ['gone', 'new'], 'text', undefined],
  ['a new file', ['', 'new'], 'text', undefined],
])('redoEdit: %s', (_what, [old, next, all = false], text, expected) => {
  expect(redoEdit({ old_string: old, new_string: next, replace_all: all }, text)).toEqual(expected);
});

it('redoEdit of a call that is not an edit', () => {
  expect(redoEdit({ content: 'x' }, 'text')).toBeUndefined();
});
