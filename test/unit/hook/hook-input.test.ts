import { describe, expect, it } from 'vitest';
import { parseHookInput } from '../../../src/hook/hook-input.js';

const input = {
  hook_event_name: 'PreToolUse',
  tool_name: 'Edit',
  tool_use_id: 'toolu_01-x',
  tool_input: { file_path: '/a', old_string: 'x' },
};

describe('parseHookInput', () => {
  it('reads a call', () => {
    expect(parseHookInput(JSON.stringify({ ...input, tool_response: 'r' }))).toEqual({
      kind: 'file',
      event: 'PreToolUse',
      name: 'PreToolUse',
      error: null,
      tool: 'Edit',
      call: 'toolu_01-x',
      path: '/a',
      key: 'file_path',
      plans: false,
      duration: 0,
      input: input.tool_input,
      response: 'r',
    });
  });

  it('treats a failed edit as an ended one, and reads why it failed', () => {
    const failed = { ...input, hook_event_name: 'PostToolUseFailure', error: 'why' };
    expect(parseHookInput(JSON.stringify(failed))).toMatchObject({ event: 'PostToolUse', name: 'PostToolUseFailure', error: 'why' });
  });

  it('reads a question to the user, which names no call', () => {
    expect(parseHookInput(JSON.stringify({ ...input, hook_event_name: 'PermissionRequest', tool_use_id: undefined }))).toMatchObject({
      kind: 'file',
      event: 'PermissionRequest',
      call: '',
      path: '/a',
    });
  });

  it('reads which calls are over: one that was refused, and all of a reply', () => {
    expect(parseHookInput(JSON.stringify({ ...input, hook_event_name: 'PermissionDenied' }))).toEqual({
      kind: 'ended',
      calls: ['toolu_01-x'],
    });
    const batch = { hook_event_name: 'PostToolBatch', tool_calls: [{ tool_use_id: 'a' }, { tool_use_id: 'b' }, null] };
    expect(parseHookInput(JSON.stringify(batch))).toEqual({ kind: 'ended', calls: ['a', 'b'] });
  });

  it('reads the path of a notebook, which is in another field', () => {
    const notebook = { ...input, tool_name: 'NotebookEdit', tool_input: { notebook_path: '/n.ipynb', file_path: '/other' } };
    expect(parseHookInput(JSON.stringify(notebook))).toMatchObject({ tool: 'NotebookEdit', path: '/n.ipynb', key: 'notebook_path' });
  });

  it.each([
    { hook_event_name: 'Stop' },
    { tool_name: 'Bash', tool_input: {} },
    { tool_name: 'Bash', tool_input: { command: 'ls' }, cwd: undefined },
    { hook_event_name: 'PostToolUseFailure', tool_name: 'Read' },
    { tool_use_id: '../x' },
    { tool_use_id: '' },
    { tool_use_id: 1 },
    { tool_input: null },
    { tool_input: {} },
    { tool_input: { file_path: 1 } },
  ])('skips an input with %j', (changes) => {
    expect(parseHookInput(JSON.stringify({ ...input, ...changes }))).toBeUndefined();
  });

  it('reads a shell command, and treats a failed one as an ended one', () => {
    const shell = { ...input, tool_name: 'Bash', tool_input: { command: 'ls', timeout: 1 }, cwd: '/p' };
    const read = { kind: 'shell', call: 'toolu_01-x', command: 'ls', cwd: '/p', input: shell.tool_input };
    expect(parseHookInput(JSON.stringify(shell))).toMatchObject({ ...read, event: 'PreToolUse' });
    expect(parseHookInput(JSON.stringify({ ...shell, hook_event_name: 'PostToolUseFailure', error: 'x' }))).toMatchObject({
      ...read,
      event: 'PostToolUse',
      response: undefined,
    });
  });

  it('skips a value that is not an object, and throws if the input is not JSON', () => {
    expect(parseHookInput('[]')).toBeUndefined();
    expect(parseHookInput('null')).toBeUndefined();
    expect(() => parseHookInput('{')).toThrow(SyntaxError);
  });
});
