import { basename, join } from 'node:path';
import type { SharedDir } from '../client/shared-dir.js';
import { below } from '../system/fs/below.js';
import { type Asking, askingCommand, endedCommand, filteredCommand, hookCommand } from '../hook/hook-command.js';
import { conditionsBelow, type FileTool, ruleBelow, WRITING_TOOLS } from '../client/permission-rules.js';
import { futureRealPath } from '../system/fs/future-real-path.js';
import { isRecord } from '../system/is-record.js';
import type { SessionPaths } from '../session/paths.js';
import { type Settings, stringValues, type UserSettings } from '../client/settings.js';

export interface SettingsParts {
  readonly paths: SessionPaths;
  /** `<state>/sessions`. */
  readonly sessions: string;
  readonly shared: SharedDir;
  /** Null where the client keeps its memory elsewhere. */
  readonly memory: MemoryPlan | null;
  /** Whether our hooks run: what tools write to shared files is made sure of. */
  readonly hooked: boolean;
  /** What the client is to show when it starts. */
  readonly notice: string | undefined;
  /** The words of the command that runs the hook program. */
  readonly hookWords: readonly string[];
  /** How a hook asks the launcher before it does the work itself; null: it does not. */
  readonly asking: Asking | null;
  readonly user: UserSettings;
}

interface MemoryPlan {
  /** The shared memory folder. */
  readonly folder: string;
  /** Whether what is written stays in the session's notes until it ends. */
  readonly isHeld: boolean;
}

/**
 * The content of the one `--settings` file of a session: ours, merged into what the user gave with that flag. Lists are
 * joined, as the client itself joins those of its scopes; a single value of the user's stands. Only where notes are held
 * back is the memory folder ours: the user's own is the one from which they were copied.
 *
 * The memory folder is named by its real path. Below that the client allows everything; where a link leads there, as to a
 * `~/.claude` that is kept among dotfiles, it allows the path with the link only to who has it in their own config dir (2.1.329).
 */
export function sessionSettings(parts: SettingsParts): Settings {
  const { memory, paths, user } = parts;
  const settings = mergeSettings(user.flag ?? {}, {
    claudeMdExcludes: instructionExcludes(parts),
    permissions: { allow: allowRules(parts) },
    ...(memory && { autoMemoryDirectory: futureRealPath(memory.folder) }),
    ...(parts.hooked && { hooks: { ...hooksFor(parts), ...noticeHook(parts.notice) } }),
  });
  return memory?.isHeld ? { ...settings, autoMemoryDirectory: paths.notes } : settings;
}

/**
 * The client loads the user's CLAUDE.md from the home, where it is a link to the shared one. It then finds the shared one
 * too, when it works in or below the folder that holds the shared dir; it sees through the link at the start, but not when
 * the model reads a file in the shared dir (seen in 2.1.329). Without the user's scope that is the only way it finds it.
 * What the user excludes by its path in the shared dir is excluded in the home as well.
 */
function instructionExcludes({ paths, shared, user }: SettingsParts): string[] {
  const prefix = `${shared.dir}/`;
  const own = stringValues(user, 'claudeMdExcludes').filter((pattern) => pattern.startsWith(prefix));
  const twice = user.readsUser ? [join(shared.dir, 'CLAUDE.md')] : [];
  return [...twice, ...own.map((pattern) => join(paths.home, pattern.slice(prefix.length)))];
}

function allowRules({ sessions, shared }: SettingsParts): string[] {
  // The client lets a session read back its own large outputs, but a link on the way makes it ask: it needs both names.
  const results = 'projects/*/*/tool-results/**';
  const outputs = [ruleBelow('Read', sessions, `*/.claude/${results}`), ruleBelow('Read', shared.dir, results)];
  return outputs.filter((rule) => rule !== undefined);
}

/**
 * `if` keeps the client from starting the hook program for other files. A path that cannot be written in one costs
 * a start for every file; the program then finds out for itself.
 */
function hooksFor({ sessions, shared, memory, hookWords: words, asking }: SettingsParts): Settings {
  const program = { type: 'command', command: asking === null ? hookCommand(words) : askingCommand(words, asking), timeout: 30 };
  const entries = (conditions: readonly string[]) => (conditions.length === 0 ? [program] : conditions.map((condition) => ({ ...program, if: condition })));
  const hooks = (tools: readonly FileTool[], folders: readonly string[]) =>
    tools.map((tool) => ({ matcher: tool, hooks: folders.flatMap((folder) => entries(conditionsBelow(tool, folder))) }));
  // By these paths old conversations may name the memory of today.
  const older = memory && (memory.isHeld || futureRealPath(memory.folder) !== memory.folder) ? [memory.folder] : [];
  const real = futureRealPath(shared.dir);
  const sharedFolders = outermost([shared.dir, real, ...(memory && !memory.isHeld ? [memory.folder, futureRealPath(memory.folder)] : [])]);
  const writes = (folders: readonly string[] = []) => hooks(WRITING_TOOLS, outermost([...sharedFolders, ...folders, sessions]));
  const reads = hooks(['Read'], outermost([...older, sessions]));
  const names = [...new Set(['.claude', 'CLAUDE_CONFIG_DIR', ...sharedFolders.map((folder) => basename(folder))])];
  const ended = asking === null ? undefined : endedCommand(asking, names);
  const files = {
    PreToolUse: [...reads, ...writes(older)],
    PermissionRequest: writes(),
    PermissionDenied: writes(),
    PostToolUse: writes(),
    PostToolUseFailure: writes(),
    ...(ended !== undefined && { PostToolBatch: [{ hooks: [{ ...program, command: ended }] }] }),
  };
  // Only a launcher remembers what was there before a command.
  if (asking === null) return files;
  const shell = { matcher: 'Bash', hooks: [{ ...program, command: filteredCommand(program.command, names, [...sharedFolders, sessions]) }] };
  return {
    ...files,
    PreToolUse: [...files.PreToolUse, shell],
    PermissionRequest: [...files.PermissionRequest, shell],
    PermissionDenied: [...files.PermissionDenied, shell],
    PostToolUse: [...files.PostToolUse, shell],
    PostToolUseFailure: [...files.PostToolUseFailure, shell],
  };
}

/** What such a hook says is shown to the person, and not to the model (seen in 2.1.329). */
function noticeHook(notice: string | undefined): Settings {
  if (notice === undefined) return {};
  const command = hookCommand(['printf', '%s', JSON.stringify({ systemMessage: `pclaude: ${notice}` })]);
  return { SessionStart: [{ matcher: 'startup|resume', hooks: [{ type: 'command', command, timeout: 5 }] }] };
}

/** Those that are in none of the others: a file must start the program once. */
function outermost(folders: readonly string[]): string[] {
  return [...new Set(folders)].filter((folder) => !folders.some((other) => below(other, folder) !== undefined));
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
