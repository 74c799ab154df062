import { describe, expect, it } from 'vitest';
import { fenceStates } from '../../../../../src/merge/text/markdown.js';

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
  ])('knows %s', (_name, lines, inside) => {
    expect(fenceStates(lines)).toEqual(inside === null ? null : Array.from(inside, (mark) => mark === 'x'));
  });
});
