import { join } from 'node:path';
import type { SharedDir } from '../layout/shared-dir.js';
import { FILE_TOOLS, ruleBelow } from '../overlay/rules.js';
import type { SessionPaths } from '../session/paths.js';
import type { Settings } from './user-settings.js';

export interface SettingsParts {
  readonly paths: SessionPaths;
  /** `<state>/sessions`. */
  readonly sessions: string;
  readonly shared: SharedDir;
  /** The shared memory folder; null where memory must not be overlaid. */
  readonly memoryFolder: string | null;
  /** The words of the command that runs the hook program. */
  readonly hookCommand: readonly string[];
  /** What the user gave with `--settings`. */
  readonly flag: Settings;
}

/**
 * The content of the one `--settings` file of a session: ours, merged into what the user gave with that flag. Lists are
 * joined, as the client itself joins those of its scopes; a single value of the user's stands.
 */
export function sessionSettings(parts: SettingsParts): Settings {
  const { shared, memoryFolder, flag } = parts;
  return mergeSettings(flag, {
    // A project below the user's home folder finds the shared CLAUDE.md a second time, on the way up to the root.
    claudeMdExcludes: [join(shared.dir, 'CLAUDE.md')],
    permissions: { allow: allowRules(parts) },
    ...(memoryFolder === null ? {} : { autoMemoryDirectory: memoryFolder, hooks: memoryHooks(parts, memoryFolder) }),
  });
}

function allowRules({ paths, sessions, shared, memoryFolder }: SettingsParts): string[] {
  // The client lets a session read back its own large outputs, but a link on the way makes it ask: it needs both names.
  const outputs = [join(sessions, '*', '.claude'), shared.dir].map((dir) => `Read(/${join(dir, 'projects', '*', '*', 'tool-results')}/**)`);
  const memory = memoryFolder === null ? [] : [ruleBelow('Edit', paths.memory), ruleBelow('Read', paths.memory)];
  return [...outputs, ...memory].filter((rule) => rule !== undefined);
}

/**
 * `if` keeps the client from starting the hook program for other files. A path that cannot be written as a rule costs
 * a start for every file; the program then finds out for itself.
 */
function memoryHooks({ paths, sessions, hookCommand }: SettingsParts, memoryFolder: string): Settings {
  const command = hookCommand.map(quote).join(' ');
  const entry = (rule: string | undefined) => ({ type: 'command', command, timeout: 30, ...(rule === undefined ? {} : { if: rule }) });
  const before = FILE_TOOLS.map((tool) => ({
    matcher: tool,
    hooks: [memoryFolder, sessions].map((folder) => entry(ruleBelow(tool, folder))),
  }));
  const after = (['Edit', 'Write'] as const).map((tool) => ({ matcher: tool, hooks: [entry(ruleBelow(tool, paths.memory))] }));
  return { PreToolUse: before, PostToolUse: after };
}

function mergeSettings(user: unknown, ours: Settings): Settings {
  const merged: Record<string, unknown> = isSettings(user) ? { ...user } : {};
  for (const [key, value] of Object.entries(ours)) {
    const present = merged[key];
    if (present === undefined) merged[key] = value;
    else if (Array.isArray(present) && Array.isArray(value)) merged[key] = [...present, ...value];
    else if (isSettings(present) && isSettings(value)) merged[key] = mergeSettings(present, value);
  }
  return merged;
}

/** The client hands the command to a shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
