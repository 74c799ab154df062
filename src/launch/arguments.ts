import table from '../../templates/client/arguments.json' with { type: 'json' };

/** What a command line asks for. */
export type Invocation =
  /** Not a session: runs on the shared dir itself. */
  | { readonly kind: 'management' }
  | SessionInvocation;

export interface SessionInvocation {
  readonly kind: 'session';
  /** The last `--settings`, which is the one that counts. */
  readonly settings: SettingsArgument | undefined;
  /** The value of `--setting-sources`. */
  readonly sources: readonly string[] | undefined;
  /** Whoever starts it sends its settings on standard input; the client then refuses `--settings`. */
  readonly settingsOnInput: boolean;
  /** It prints an answer, for whoever reads its output. */
  readonly print: boolean;
}

interface SettingsArgument {
  readonly value: string;
  /** Where it stands: the option's index, and whether the value is joined to it by `=`. */
  readonly index: number;
  readonly joined: boolean;
}

/**
 * Tells a session from a management command. An unknown first word is a prompt, and so is every word with `-p`, as they
 * are for the client.
 */
export function classify(args: readonly string[]): Invocation {
  let settings: SettingsArgument | undefined;
  let sources: readonly string[] | undefined;
  let settingsOnInput = false;
  let isCommand = false;
  let print = false;
  for (const { index, option, value, joined } of options(args)) {
    if (option === undefined) {
      isCommand = table.management.words.includes(value ?? '');
      continue;
    }
    if (option === '-p' || option === '--print') print = true;
    if (table.management.options.includes(option)) return { kind: 'management' };
    if (value === undefined) continue;
    if (option === '--settings') settings = { value, index, joined };
    if (option === '--setting-sources') sources = list(value);
    if (option === '--initialize-fields') settingsOnInput ||= list(value).includes('settings');
  }
  return isCommand && !print ? { kind: 'management' } : { kind: 'session', settings, sources, settingsOnInput, print };
}

function list(value: string): string[] {
  return value.split(',').map((word) => word.trim());
}

/** The arguments with `file` as the one `--settings` that counts. */
export function withSettings(args: readonly string[], present: SettingsArgument | undefined, file: string): string[] {
  if (!present) return ['--settings', file, ...args];
  const { index, joined } = present;
  return joined ? args.with(index, `--settings=${file}`) : args.with(index + 1, file);
}

interface Part {
  readonly index: number;
  /** Undefined for the first word that is no option. */
  readonly option: string | undefined;
  readonly value: string | undefined;
  readonly joined: boolean;
}

/** All options, and the first word that is none, as the client's own parser (commander) takes them apart. */
function* options(args: readonly string[]): Generator<Part> {
  let wordSeen = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--') return;
    if (!arg.startsWith('-') || arg === '-') {
      if (!wordSeen) yield { index, option: undefined, value: arg, joined: false };
      wordSeen = true;
      continue;
    }
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    if (equals >= 0) {
      yield { index, option: arg.slice(0, equals), value: arg.slice(equals + 1), joined: true };
      continue;
    }
    const values = valuesAfter(args, index, arg);
    yield { index, option: arg, value: args[index + 1], joined: false };
    index += values;
  }
}

function valuesAfter(args: readonly string[], index: number, option: string): number {
  if (table.takesOne.includes(option)) return 1;
  if (table.mayTakeOne.includes(option)) return isValue(args[index + 1]) ? 1 : 0;
  if (!table.takesMany.includes(option)) return 0;
  let count = 0;
  while (isValue(args[index + 1 + count])) count++;
  return count;
}

function isValue(arg: string | undefined): boolean {
  return arg !== undefined && !arg.startsWith('-');
}
