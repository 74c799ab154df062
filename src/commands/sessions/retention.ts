import { type ParseError, parse } from 'jsonc-parser';
import { decodeText } from '../../system/bytes.js';
import { isRecord } from '../../system/is-record.js';

/** The client's own default, as the help text of 2.1.329 has it. */
export const DEFAULT_DAYS = 30;

/**
 * How many days the client keeps conversations, by the user's settings: null are none. A value that the client would not
 * take (a whole number from 1 on) is as good as none. Undefined when the settings cannot be read as JSON, with comments or
 * without: what the user wants is not known then.
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
