import { describe, expect, it } from 'vitest';
import { cutUnits, fenceStates } from '../../../../src/merge/text/markdown.js';

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

describe('fenceStates', () => {
  it.each([
    ['the lines up to the closing fence', ['```', 'a', '```', 'b'], '.xx.'],
    ['a fence of tildes', ['~~~', 'a', '~~~', 'b'], '.xx.'],
    ['a fence that is indented by three', ['   ```', 'a', '  ```', 'b'], '.xx.'],
    ['no fence that is indented by four', ['    ```', 'a'], null],
    ['a fence that a longer one closes', ['```', 'a', '````', 'b'], '.xx.'],
    ['a fence that a shorter one does not close', ['````', '```', '````', 'b'], '.xx.'],
    ['a fence that one of the other kind does not close', ['```', '~~~', '```', 'b'], '.xx.'],
    ['a fence that one with a word behind does not close', ['```', '```sh', '```', 'b'], '.xx.'],
    ['a fence that one with spaces behind closes', ['```', 'a', '```  ', 'b'], '.xx.'],
    ['a fence with a language', ['```sh', 'a', '```', 'b'], '.xx.'],
    ['no fence with a backtick behind it', ['```a`', 'b'], null],
    ['a fence of tildes with a tilde behind it', ['~~~a~', 'b'], '.x'],
    ['a fence that stays open', ['a', '```', 'b'], '..x'],
    ['no fence of two', ['``', 'a'], null],
  ])('recognizes %s', (_name, lines, inside) => {
    expect(fenceStates(lines)).toEqual(inside === null ? null : Array.from(inside, (mark) => mark === 'x'));
  });
});
