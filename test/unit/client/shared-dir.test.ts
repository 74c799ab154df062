import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSharedDir, sharedPath } from '../../../src/client/shared-dir.js';

const standard = { dir: join(homedir(), '.claude'), stateFile: join(homedir(), '.claude.json'), userValue: null };

describe('findSharedDir', () => {
  it.each<readonly [name: string, environment: Record<string, string>, expected: object]>([
    ['nothing set', {}, standard],
    ['an empty value', { CLAUDE_CONFIG_DIR: '' }, standard],
    ['a separate dir', { CLAUDE_CONFIG_DIR: '/c' }, { dir: '/c', stateFile: '/c/.claude.json', userValue: '/c' }],
    ['a relative one', { CLAUDE_CONFIG_DIR: 'c/' }, { dir: '/here/c', stateFile: '/here/c/.claude.json', userValue: 'c/' }],
    ['not in NFC', { CLAUDE_CONFIG_DIR: '/u\u0308' }, { dir: '/\u00fc', userValue: '/u\u0308' }],
  ])('%s', (_name, environment, expected) => {
    expect(findSharedDir(environment, '/here')).toMatchObject(expected);
  });
});

it('sharedPath returns the path of the state file', () => {
  expect(sharedPath(standard, '.claude.json')).toBe(standard.stateFile);
  expect(sharedPath(standard, 'skills')).toBe(join(standard.dir, 'skills'));
});
