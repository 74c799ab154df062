import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import * as v from 'valibot';
import type { DriverRow } from '../merge/drivers.js';
import { UserError } from '../system/errors.js';
import { type Row, toRow, toUserDriverRow } from './layout.js';

const absolute = v.pipe(v.string(), v.regex(/^~?\//, 'an absolute path, or one below ~/'));

const limit = v.optional(v.pipe(v.number(), v.minValue(0, 'a number from 0 on')));

const port = v.pipe(
  v.number(),
  v.integer('a whole number'),
  v.minValue(1_024, 'a port from 1024 on'),
  v.maxValue(65_535, 'a port up to 65535'),
);

const count = v.pipe(v.number(), v.integer('a whole number'), v.minValue(1, 'a number from 1 on'));

const names = v.array(v.string());

const worktree = v.strictObject({
  path: v.optional(
    v.pipe(v.string(), v.regex(/^(?:~?\/|\{repo\}).*\{branch\}/, 'a path that begins with / or ~/ or {repo}, and names {branch}')),
  ),
  link: v.optional(names),
  copy: v.optional(names),
  setup: v.optional(v.record(absolute, v.pipe(v.string(), v.nonEmpty('a shell command')))),
  snippet: v.optional(v.boolean()),
});

const schema = v.strictObject({
  $schema: v.optional(v.string()),
  claudePath: v.optional(absolute),
  stateDir: v.optional(absolute),
  oldClient: v.optional(v.picklist(['plain', 'isolate'])),
  sync: v.optional(v.picklist(['continuous', 'exit'])),
  quiet: v.optional(v.boolean()),
  log: v.optional(v.strictObject({ days: limit, mebibytes: limit })),
  worktree: v.optional(worktree),
  sameDirectory: v.optional(v.picklist(['warn', 'ask', 'worktree', 'allow'])),
  limits: v.optional(
    v.strictObject({
      sessions: v.optional(count),
      freeMemoryMiB: limit,
      atLimit: v.optional(v.picklist(['wait', 'fail'])),
    }),
  ),
  slots: v.optional(v.strictObject({ portBase: v.optional(port), ports: v.optional(count) })),
  layout: v.optional(
    v.array(
      v.strictObject({
        path: v.pipe(v.string(), v.regex(/^[^/]+$/, 'a name without a slash')),
        policy: v.picklist(['link', 'overlay', 'merge', 'private']),
        kind: v.optional(v.picklist(['file', 'folder'])),
        why: v.optional(v.string()),
      }),
    ),
  ),
  drivers: v.optional(
    v.array(
      v.strictObject({
        path: v.pipe(v.string(), v.nonEmpty()),
        driver: v.picklist(['text', 'index', 'json', 'jsonl', 'opaque']),
        rules: v.optional(v.string()),
        stamps: v.optional(names),
        entryKeys: v.optional(names),
        timeKeys: v.optional(names),
        why: v.optional(v.string()),
      }),
    ),
  ),
});

/** The validated content of a config file, with layout and driver rows in the form that the rest of pclaude uses. */
export interface ConfigFile extends Omit<v.InferOutput<typeof schema>, '$schema' | 'layout' | 'drivers'> {
  readonly layout?: readonly Row[] | undefined;
  readonly drivers?: readonly DriverRow[] | undefined;
}

/** Parses a config file: JSON with comments. Throws `config-invalid`, which names the file, the key, the expected and the actual value. */
export function parseConfigFile(path: string, text: string): ConfigFile {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) {
    const line = text.slice(0, error.offset).split('\n').length;
    throw invalid(path, `line ${line}`, 'JSON with comments', words(printParseErrorCode(error.error)));
  }
  // valibot accepts an array as an object.
  if (Array.isArray(value)) throw invalid(path, 'the file', 'Object', 'Array');
  const result = v.safeParse(schema, value);
  if (!result.success) {
    const [issue] = result.issues;
    const key = v.getDotPath(issue) ?? 'the file';
    throw invalid(path, key, expectedBy(issue), issue.received);
  }
  const { layout, drivers, $schema: _, ...rest } = result.output;
  try {
    return { ...rest, layout: layout?.map(toRow), drivers: drivers?.map(toUserDriverRow) };
  } catch (cause) {
    throw new UserError('config-invalid', `${path}: ${cause instanceof Error ? cause.message : String(cause)}`, CORRECT);
  }
}

const CORRECT = 'correct it (docs/configuration.md lists all keys)';

function invalid(path: string, key: string, expected: string, got: string): UserError {
  return new UserError('config-invalid', `${path}: ${key}: expected ${expected}, got ${got}`, CORRECT);
}

function expectedBy(issue: v.BaseIssue<unknown>): string {
  if (issue.kind === 'validation') return issue.message;
  return issue.expected === 'never' || issue.expected === null ? 'no key of this name' : issue.expected;
}

/** `CommaExpected` as `comma expected`. */
function words(code: string): string {
  return code.replaceAll(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();
}
