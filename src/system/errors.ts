import { oneLine } from './text.js';

/** Every way in which pclaude fails on purpose, with its exit code, which follows shells and `sysexits.h`. */
const EXIT_CODES = {
  'client-missing': 127,
  'client-is-pclaude': 126,
  'platform-unsupported': 1,
  'config-invalid': 78,
  'state-dir-unsafe': 77,
  'shared-dir-unusable': 1,
  'home-not-built': 1,
  'lock-busy': 75,
  'too-large': 1,
  'not-carried': 1,
  'same-directory': 1,
  'limit-reached': 75,
  'no-such-session': 1,
  'not-discarded': 1,
  'no-such-conflict': 1,
  'conflict-unsettled': 1,
  'editor-failed': 1,
  'no-such-entry': 1,
  'content-not-kept': 1,
  'not-restored': 1,
  'path-unusable': 1,
  claimed: 1,
  'not-claimed': 1,
  'claims-unreadable': 1,
  'no-such-process': 1,
  'no-such-command': 1,
  'not-a-prompt': 1,
  'command-missing': 127,
  'command-not-run': 126,
  'no-input': 1,
  'not-written': 1,
  'write-conflict': 1,
  'git-missing': 127,
  'git-failed': 1,
  'no-repository': 1,
  'no-such-worktree': 1,
  'worktree-not-made': 1,
  'worktree-not-removed': 1,
  'hook-failed': 1,
  'setup-failed': 1,
  'setup-interrupted': 130,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

/**
 * A failure that the user can do something about. `message` says what is wrong, `hint` what to do. Both are shown on one
 * line, and neither contains anything from inside a user's file. All other errors are defects and keep their stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }

  /** The one line for stderr, without the program's name and without a trailing newline. */
  get line(): string {
    return oneLine(`${this.message}; ${this.hint}`);
  }
}

/** Does not use `instanceof`: code that is loaded later is bundled with its own copy of the class. */
export function isUserError(error: unknown): error is UserError {
  return error instanceof Error && error.name === 'UserError' && 'line' in error;
}
