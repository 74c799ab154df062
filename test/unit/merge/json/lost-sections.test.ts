import { describe, expect, it } from 'vitest';
import { loadLayout } from '../../../../src/config/layout.js';
import { driverFor } from '../../../../src/merge/driver-for.js';
import type { JsonRules } from '../../../../src/merge/drivers.js';
import { emptiedWholes, lostSections } from '../../../../src/merge/json/lost-sections.js';

function rulesFor(name: string): JsonRules {
  const driver = driverFor(loadLayout({}).drivers, name);
  if (driver.kind !== 'json') throw new Error(`no JSON rules for ${name}`);
  return driver.rules;
}

const rules = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, at) => `Bash(tool-${at}:*)`));
const lists = (allow: number, deny: number): string => `{"model":"opus","permissions":{"allow":${rules(allow)},"deny":${rules(deny)}}}`;
const hook = (command: string): string => `{"matcher":"","hooks":[{"type":"command","command":"${command}"}]}`;

describe('lostSections', () => {
  it.each<readonly [what: string, name: string, before: string, after: string, lost: readonly string[]]>([
    [
      'a small file that was begun anew',
      'settings.json',
      '{"model":"opus","permissions":{"deny":["Read(.env)"]}}',
      '{"env":{}}',
      ['', 'permissions.deny'],
    ],
    ['the same of one section only', 'settings.json', '{"permissions":{"deny":["Read(.env)"]}}', '{"env":{}}', ['permissions.deny']],
    [
      'rule lists that were emptied',
      'settings.json',
      lists(30, 5),
      '{"model":"opus","permissions":{"allow":[],"deny":[]}}',
      ['permissions.allow', 'permissions.deny'],
    ],
    ['one of two lists', 'settings.json', lists(30, 5), lists(30, 2), ['permissions.deny']],
    ['most of a list', 'settings.json', lists(30, 5), lists(14, 5), ['permissions.allow']],
    [
      'hooks of several events',
      'settings.json',
      `{"hooks":{"Stop":[${hook('a')}],"PreToolUse":[${hook('b')},${hook('c')}]}}`,
      `{"hooks":{"Stop":[${hook('a')}],"PreToolUse":[]}}`,
      ['hooks'],
    ],
    ['variables', 'settings.json', '{"env":{"A":"1","B":"2","C":"3"}}', '{"env":{"A":"1"}}', ['env']],
    [
      'servers, and those of a project',
      '.claude.json',
      '{"a":1,"mcpServers":{"x":{"c":1},"y":{"c":1}},"projects":{"/p":{"mcpServers":{"z":{"c":1}}}}}',
      '{"a":1,"mcpServers":{},"projects":{"/p":{}}}',
      ['mcpServers', 'projects./p.mcpServers'],
    ],
    [
      'an account that is gone',
      '.claude.json',
      '{"a":1,"b":1,"oauthAccount":{"accountUuid":"u","emailAddress":"e"}}',
      '{"a":1,"b":1}',
      ['oauthAccount'],
    ],
    [
      'an account that was emptied',
      '.claude.json',
      '{"a":1,"b":1,"oauthAccount":{"accountUuid":"u","emailAddress":"e"}}',
      '{"a":1,"b":1,"oauthAccount":{"accountUuid":"","emailAddress":null}}',
      ['oauthAccount'],
    ],
    [
      'a login whose tokens are empty',
      '.credentials.json',
      '{"claudeAiOauth":{"accessToken":"a","refreshToken":"r"}}',
      '{"claudeAiOauth":{"accessToken":"","refreshToken":""}}',
      ['claudeAiOauth'],
    ],
    ['a file with comments', 'settings.json', '{"env":{"A":"1","B":"2"}, // mine\n}', '{"env":{}, // mine\n}', ['env']],
    ['most keys of any JSON file', 'other.json', '{"a":1,"b":1,"c":1,"d":1}', '{"a":1}', ['']],
  ])('finds %s (%s)', (_, name, before, after, lost) => {
    expect(lostSections(before, after, rulesFor(name))).toEqual(lost);
  });

  it.each<readonly [what: string, name: string, before: string, after: string]>([
    ['one rule of many', 'settings.json', lists(30, 5), lists(29, 5)],
    ['the only rule, taken out of its list', 'settings.json', '{"permissions":{"deny":["Read(.env)"]}}', '{"permissions":{"deny":[]}}'],
    ['the only variable', 'settings.json', '{"env":{"A":"1"}}', '{"env":{}}'],
    [
      'rules that were all replaced by others',
      'settings.json',
      '{"env":{},"permissions":{"allow":["A","B"]}}',
      '{"env":{},"permissions":{"allow":["C","D"]}}',
    ],
    ['one setting of two', 'settings.json', '{"model":"opus","theme":"dark"}', '{"theme":"dark"}'],
    ['values that changed', 'settings.json', '{"env":{"A":"1","B":"2"}}', '{"env":{"A":"3","B":"4"}}'],
    ['rules that were added', 'settings.json', lists(1, 1), lists(3, 3)],
    ['another account', '.claude.json', '{"oauthAccount":{"accountUuid":"u"}}', '{"oauthAccount":{"accountUuid":"v"}}'],
    ['few keys of any JSON file', 'other.json', '{"a":1,"b":1,"c":1}', '{}'],
    ['no object', 'settings.json', '[1,2,3,4]', '{}'],
    ['no JSON', 'settings.json', lists(30, 5), '{'],
  ])('does not consider lost: %s (%s)', (_, name, before, after) => {
    expect(lostSections(before, after, rulesFor(name))).toEqual([]);
  });

  it('ignores a key that only a prototype has', () => {
    expect(
      lostSections(
        '{"env":{"A":"1","B":"2"}}',
        '{"__proto__":{"env":{"A":"1","B":"2"}},"env":{"A":"1","B":"2"}}',
        rulesFor('settings.json'),
      ),
    ).toEqual([]);
  });
});

describe('emptiedWholes', () => {
  it('finds a login that is empty, but not one that was removed', () => {
    const [full, empty] = ['{"claudeAiOauth":{"accessToken":"a","refreshToken":"r"}}', '{"claudeAiOauth":{}}'];
    expect(emptiedWholes(full, empty, rulesFor('.credentials.json'))).toEqual(['claudeAiOauth']);
    expect(emptiedWholes(full, '{}', rulesFor('.credentials.json'))).toEqual([]);
    expect(emptiedWholes('{"env":{"A":"1","B":"1"}}', '{"env":{}}', rulesFor('settings.json'))).toEqual([]);
  });
});
