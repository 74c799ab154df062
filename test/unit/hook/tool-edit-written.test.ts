import { describe, expect, it } from 'vitest';
import { writtenBy } from '../../../src/hook/tool-edit.js';

const edit = { originalFile: 'one\ntwo\ntwo\n', oldString: 'two', newString: '$& three', replaceAll: false };

describe('writtenBy', () => {
  it.each<readonly [what: string, tool: 'Write' | 'Edit' | 'NotebookEdit', response: unknown, before: string | null, after: string]>([
    ['a new file', 'Write', { originalFile: null, content: 'x' }, null, 'x'],
    ['a file written anew', 'Write', { originalFile: 'old', content: 'x' }, 'old', 'x'],
    ['a notebook', 'NotebookEdit', { original_file: '{}', updated_file: '{"a":1}' }, '{}', '{"a":1}'],
    ['one place', 'Edit', edit, edit.originalFile, 'one\n$& three\ntwo\n'],
    ['all places', 'Edit', { ...edit, replaceAll: true }, edit.originalFile, 'one\n$& three\n$& three\n'],
    ['a whole line removed', 'Edit', { ...edit, newString: '' }, edit.originalFile, 'one\ntwo\n'],
    ['a line removed with its end', 'Edit', { ...edit, oldString: 'two\n', newString: '' }, edit.originalFile, 'one\ntwo\n'],
    ['a part of a line removed', 'Edit', { ...edit, oldString: 'tw', newString: '' }, edit.originalFile, 'one\no\ntwo\n'],
    ['a file made by an edit', 'Edit', { originalFile: null, oldString: '', newString: 'x' }, null, 'x'],
  ])('%s', (_what, tool, response, before, after) => {
    expect(writtenBy({ tool, response })).toEqual({ before, after });
  });

  it.each<readonly [what: string, tool: 'Read' | 'Write' | 'Edit' | 'NotebookEdit', response: unknown]>([
    ['a read', 'Read', { originalFile: 'a', content: 'b' }],
    ['no answer', 'Write', undefined],
    ['an answer in words', 'Edit', 'done'],
    ['a text that is not told', 'Write', { content: 'x' }],
    ['words that are not in the text', 'Edit', { ...edit, oldString: 'four' }],
    ['an edit of nothing', 'Edit', { ...edit, oldString: '' }],
  ])('returns nothing for %s', (_what, tool, response) => {
    expect(writtenBy({ tool, response })).toBeUndefined();
  });
});
