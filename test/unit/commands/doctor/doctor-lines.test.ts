import { expect, it } from 'vitest';
import { finding } from '../../../../src/commands/doctor/check.js';
import { doctorJson, doctorText } from '../../../../src/commands/doctor/doctor.js';
import type { Examined } from '../../../../src/commands/doctor/examine.js';

const found: readonly Examined[] = [
  { check: 'system', ...finding('ok', 'Node.js 22.0.0 on linux', null) },
  {
    check: 'open-sessions',
    ...finding(
      'warning',
      'from feat/voice-buffer, has ended, and is not merged yet',
      'the next pclaude does that; or now: pclaudectl merge k3j2',
      { session: 'k3j2' },
    ),
  },
  { check: 'old-sessions', ...finding('note', 'what an old session has left takes 1.2 MB', 'pclaudectl gc --force removes it') },
];

const plain = { all: false, colors: false, width: undefined };

it('each finding takes one line, and the last line sums up', () => {
  expect(doctorText(found, plain)).toBe(
    'warning  session k3j2: from feat/voice-buffer, has ended, and is not merged yet; the next pclaude does that; or now: pclaudectl merge k3j2\n' +
      'note     what an old session has left takes 1.2 MB; pclaudectl gc --force removes it\n' +
      '1 warning, 1 note\n',
  );
});

it('good results are only printed on request', () => {
  expect(doctorText(found.slice(0, 1), plain)).toBe('nothing is wrong\n');
  expect(doctorText(found.slice(0, 1), { ...plain, all: true })).toBe('ok       Node.js 22.0.0 on linux\nnothing is wrong\n');
  expect(doctorText(found.slice(2), plain)).toMatch(/\nnothing is wrong \(1 note\)\n$/);
});

it('no line is longer than the terminal is wide, and none is broken within a word', () => {
  const text = doctorText(found, { ...plain, width: 60 });
  expect(text.split('\n').every((line) => line.length <= 60)).toBe(true);
  expect(text).toContain('warning  session k3j2: from feat/voice-buffer, has ended,\n         and is not merged yet;');
  const long = finding('error', 'is not a folder', 'fix that', { path: `/${'a'.repeat(100)}` });
  expect(doctorText([{ check: 'shared-dir', ...long }], { ...plain, width: 60 })).toContain(`/${'a'.repeat(100)}:\n`);
});

it('only levels are coloured, and only on request', () => {
  expect(doctorText(found.slice(1, 2), { ...plain, colors: true })).toContain('\u001B[33mwarning  \u001B[39msession k3j2');
});

it('a newline in a name does not look like another finding', () => {
  const odd = finding('error', 'is not a folder', null, { path: '/a\nok       all is well' });
  expect(doctorText([{ check: 'shared-dir', ...odd }], plain).split('\n')).toHaveLength(3);
});

it('the JSON has counts, and every finding with all of its fields', () => {
  expect(doctorJson(found)).toEqual({
    version: 1,
    errors: 0,
    warnings: 1,
    notes: 1,
    findings: [
      { check: 'system', level: 'ok', what: 'Node.js 22.0.0 on linux', path: null, session: null, todo: null },
      expect.objectContaining({ check: 'open-sessions', level: 'warning', session: 'k3j2' }),
      expect.objectContaining({ check: 'old-sessions', level: 'note', todo: 'pclaudectl gc --force removes it' }),
    ],
  });
});
