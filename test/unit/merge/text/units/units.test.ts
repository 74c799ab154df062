import { describe, expect, it } from 'vitest';
import { cutUnits } from '../../../../../src/merge/text/markdown.js';

describe('cutUnits', () => {
  it.each([
    ['a heading', ['# a', '## b', '#c'], 'heading heading prose'],
    ['an item with what is indented below it', ['- a', '  b', '\tc', '- d', 'e'], 'item item prose'],
    ['items of every kind', ['* a', '+ b', '1. c', '2) d', '-e'], 'item item item item prose'],
    ['no indented line that follows no item', ['a', '  b', '', '  c'], 'prose blank prose'],
    ['a run of empty lines', ['', '  ', 'a'], 'blank prose'],
    ['two code fences', ['```', '# a', '', '```', '```', 'b', '```'], 'fence fence'],
    ['a table', ['a', '| b | c |', '|---|:-:|', '| d | e |', 'f', '| g |'], 'prose table prose'],
    ['a paragraph', ['a', 'b', '- c'], 'prose item'],
  ])('knows %s', (_name, lines, kinds) => {
    const units = cutUnits(lines);
    expect(units?.map(({ kind }) => kind).join(' ')).toBe(kinds);
    expect(units?.flatMap((unit) => unit.lines)).toEqual(lines);
  });

  it('does not know what follows a fence that stays open', () => {
    expect(cutUnits(['- a', '```', '- b'])).toBeNull();
  });
});
