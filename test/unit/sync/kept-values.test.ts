import { describe, expect, it } from 'vitest';
import { isSameAccount, isUserSetting, shownValue } from '../../../src/sync/kept-values.js';

describe('isUserSetting', () => {
  it.each([
    ['settings.json', 'model', true],
    ['settings.json', 'env.TOKEN', true],
    ['settings.json', '', false],
    ['.claude.json', 'theme', true],
    ['.claude.json', 'mcpServers.db.command', true],
    ['.claude.json', 'projects./a.allowedTools', true],
    ['.claude.json', 'lastSessionId', false],
    ['.claude.json', 'projects./a.theme', false],
    ['.claude.json', 'themeSeen', false],
    ['.config.json', 'theme', true],
    ['keybindings.json', 'theme', false],
  ])('%s: %s – %s', (place, key, expected) => {
    expect(isUserSetting(place, key)).toBe(expected);
  });
});

describe('isSameAccount', () => {
  it.each([
    ['oauthAccount', '{"accountUuid":"a","emailAddress":"1"}', '{"accountUuid":"a","emailAddress":"2"}', true],
    ['oauthAccount', '{"accountUuid":"a","organizationUuid":"o"}', '{"accountUuid":"a","organizationUuid":"p"}', false],
    ['oauthAccount', '{"accountUuid":"a"}', '{"accountUuid":"b"}', false],
    ['oauthAccount', '{"emailAddress":"1"}', '{"emailAddress":"2"}', false],
    ['oauthAccount', '{"accountUuid":"a"}', undefined, false],
    ['model', '"opus"', '"opus"', false],
  ])('%s: %s and %s – %s', (key, one, other, expected) => {
    expect(isSameAccount(key, one, other)).toBe(expected);
  });
});

describe('shownValue', () => {
  it.each([
    ['model', '"opus"', '"opus"'],
    ['model', '"claude-opus-4-1[1m]"', '"claude-opus-4-1[1m]"'],
    ['cleanupPeriodDays', '30', '30'],
    ['verbose', 'true', 'true'],
    ['permissions.defaultMode', '"plan"', '"plan"'],
    ['model', '"arn:aws:bedrock:eu:1234/secret"', undefined],
    ['model', `"${'x'.repeat(41)}"`, undefined],
    ['model', '{"name":"opus"}', undefined],
    ['model', '"a\\u0007"', undefined],
    ['env.DEBUG', 'true', undefined],
    ['env.API_KEY', '"k"', undefined],
    ['apiKeyHelper', '"cat"', undefined],
    ['statusLine.command', '"date"', undefined],
    ['pin', '1234', undefined],
  ])('of %s: %s – %s', (key, json, shown) => {
    expect(shownValue(key, json)).toBe(shown);
  });
});
