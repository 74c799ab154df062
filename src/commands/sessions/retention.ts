import { type ParseError, parse } from 'jsonc-parser';
import { decodeText } from '../../system/bytes.js';
import { isRecord } from '../../system/is-record.js';

/** The client's own default. Seen in the help text of 2.1.329. */
export const DEFAULT_DAYS = 30;

/**
 * How many days the client keeps conversations according to the user's settings; null means that there are none. The default applies to a
 * value that the client would not accept, which must be a whole number of at least 1. Undefined if the settings are not valid JSON, with or
 * without comments: the user's choice is then unknown.
 */
export function retentionDays(settings: Uint8Array | null): number | undefined {
  const text = settings === null ? '{}' : decodeText(settings);
  if (text === null) return undefined;
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isRecord(value)) return undefined;
  const days = value['cleanupPeriodDays'];
  return typeof days === 'number' && Number.isInteger(days) && days >= 1 ? days : DEFAULT_DAYS;
}
