import { join } from 'node:path';
import type { SharedDir } from '../layout/shared-dir.js';
import { FILE_TOOLS, ruleBelow } from '../overlay/rules.js';
import { futureRealPath } from '../platform/future-real-path.js';
import { isRecord } from '../platform/is-record.js';
import type { SessionPaths } from '../session/paths.js';
import { type Settings, stringValues, type UserSettings } from './user-settings.js';

export interface SettingsParts {
  readonly paths: SessionPaths;
  /** `<state>/sessions`. */
  readonly sessions: string;
  readonly shared: SharedDir;
  /** Null where the client keeps its memory elsewhere. */
  readonly memory: MemoryPlan | null;
  /** The words of the command that runs the hook program. */
  readonly hookCommand: readonly string[];
  readonly user: UserSettings;
}

interface MemoryPlan {
  /** The shared memory folder. */
  readonly folder: string;
  /** What tools write: goes where plain `claude` sends it, is redirected call by call, or stays in the session's notes. */
  readonly writes: 'plain' | 'overlaid' | 'held';
}

/**
 * The content of the one `--settings` file of a session: ours, merged into what the user gave with that flag. Lists are
 * joined, as the client itself joins those of its scopes; a single value of the user's stands. Only where notes are held
 * back is the memory folder ours: the user's own is the one from which they were copied.
 */
export function sessionSettings(parts: SettingsParts): Settings {
  const { memory, paths, user } = parts;
  const settings = mergeSettings(user.flag ?? {}, {
    claudeMdExcludes: instructionExcludes(parts),
    permissions: { allow: allowRules(parts) },
    ...(memory && { autoMemoryDirectory: memory.folder }),
    ...(memory && memory.writes !== 'plain' && { hooks: memoryHooks(parts, memory) }),
  });
  return memory?.writes === 'held' ? { ...settings, autoMemoryDirectory: paths.notes } : settings;
}

/**
 * The client loads the user's CLAUDE.md from the home, where it is a link to the shared one. It then finds the shared one
 * too, when it works in or below the folder that holds the shared dir; it sees through the link at the start, but not when
 * the model reads a file in the shared dir (seen in 2.1.329). Without the user's scope that is the only way it finds it.
 * What the user excludes by its path in the shared dir is excluded in the home as well.
 */
function instructionExcludes({ paths, shared, user }: SettingsParts): string[] {
  const below = `${shared.dir}/`;
  const own = stringValues(user, 'claudeMdExcludes').filter((pattern) => pattern.startsWith(below));
  const twice = user.readsUser ? [join(shared.dir, 'CLAUDE.md')] : [];
  return [...twice, ...own.map((pattern) => join(paths.home, pattern.slice(below.length)))];
}

function allowRules({ paths, sessions, shared, memory }: SettingsParts): string[] {
  // The client lets a session read back its own large outputs, but a link on the way makes it ask: it needs both names.
  const results = 'projects/*/*/tool-results/**';
  const outputs = [ruleBelow('Read', sessions, `*/.claude/${results}`), ruleBelow('Read', shared.dir, results)];
  // Notes are in this run's own memory folder, where the client itself allows everything.
  const redirected = !memory || memory.writes === 'held' ? [] : [ruleBelow('Edit', paths.memory), ruleBelow('Read', paths.memory), ...readable(memory.folder)];
  return [...outputs, ...redirected].filter((rule) => rule !== undefined);
}

/**
 * Plain `claude` reads its memory unasked. Here it asks when a link leads to the folder, as with a `~/.claude` that is
 * kept among dotfiles, unless rules name both the link and the folder's own place (seen in 2.1.329).
 */
function readable(memoryFolder: string): (string | undefined)[] {
  const real = futureRealPath(memoryFolder);
  return real === memoryFolder ? [] : [ruleBelow('Read', memoryFolder), ruleBelow('Read', real)];
}

/**
 * `if` keeps the client from starting the hook program for other files. A path that cannot be written as a rule costs
 * a start for every file; the program then finds out for itself. Nothing is to be done after a call that wrote notes.
 */
function memoryHooks({ paths, sessions, hookCommand }: SettingsParts, { folder: memoryFolder, writes }: MemoryPlan): Settings {
  const command = hookCommand.map(quote).join(' ');
  const entry = (rule: string | undefined) => ({ type: 'command', command, timeout: 30, ...(rule === undefined ? {} : { if: rule }) });
  const before = FILE_TOOLS.map((tool) => ({
    matcher: tool,
    hooks: [memoryFolder, sessions].map((folder) => entry(ruleBelow(tool, folder))),
  }));
  if (writes === 'held') return { PreToolUse: before };
  const after = (['Edit', 'Write'] as const).map((tool) => ({ matcher: tool, hooks: [entry(ruleBelow(tool, paths.memory))] }));
  return { PreToolUse: before, PostToolUse: after };
}

function mergeSettings(user: unknown, ours: Settings): Settings {
  const merged: Record<string, unknown> = isRecord(user) ? { ...user } : {};
  for (const [key, value] of Object.entries(ours)) {
    const present = merged[key];
    if (present === undefined) merged[key] = value;
    else if (Array.isArray(present) && Array.isArray(value)) merged[key] = [...present, ...value];
    else if (isRecord(present) && isRecord(value)) merged[key] = mergeSettings(present, value);
  }
  return merged;
}

/** The client hands the command to a shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
