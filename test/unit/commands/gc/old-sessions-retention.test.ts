import { expect, it } from 'vitest';
import { retentionDays } from '../../../../src/commands/gc/old-sessions.js';

it.each<readonly [settings: string | null, days: number | undefined]>([
  [null, 30],
  ['{}', 30],
  ['{ "cleanupPeriodDays": 7 }', 7],
  ['\uFEFF{\n  // a year\n  "cleanupPeriodDays": 365,\n}\n', 365],
  ['{ "cleanupPeriodDays": 0 }', 30],
  ['{ "cleanupPeriodDays": -1 }', 30],
  ['{ "cleanupPeriodDays": 1.5 }', 30],
  ['{ "cleanupPeriodDays": "7" }', 30],
  ['{ "cleanupPeriodDays": null }', 30],
  ['{ "cleanupPeriodDays": 365, "cut', undefined],
  ['', undefined],
  ['[]', undefined],
  ['\0', undefined],
])('retentionDays of %j is %j', (settings, days) => {
  expect(retentionDays(settings === null ? null : Buffer.from(settings))).toBe(days);
});
