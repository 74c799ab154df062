import { basename, join } from 'node:path';
import { type Settings, stringValues, type UserSettings } from '../client/settings.js';
import type { SharedDir } from '../client/shared-dir.js';
import {
  type Asking,
  askingCommand,
  conditionsBelow,
  endedCommand,
  type FileTool,
  filteredCommand,
  hookCommand,
  ruleAt,
  ruleBelow,
  WRITING_TOOLS,
} from '../hook/hook-settings.js';
import type { SessionPaths } from '../session/paths.js';
import { below, futureRealPath } from '../system/fs/paths.js';
import { isRecord } from '../system/json.js';

export interface SettingsParts {
  readonly paths: SessionPaths;
  /** `<state>/sessions`. */
  readonly sessions: string;
  readonly shared: SharedDir;
  /** The folder in the shared dir of the project in which the client starts. */
  readonly project: string;
  /** Null when the client keeps its memory elsewhere. */
  readonly memory: MemoryPlan | null;
  /** Whether pclaude's hooks run, so that writes of tools to shared files are verified. */
  readonly hooked: boolean;
  /** What the client is to show when it starts. */
  readonly notice: string | undefined;
  /** The words of the command that runs the hook program. */
  readonly hookWords: readonly string[];
  /** How a hook asks the launcher before it does the work itself; null when it does not ask. */
  readonly asking: Asking | null;
  readonly user: UserSettings;
}

interface MemoryPlan {
  /** The shared memory folder. */
  readonly folder: string;
  /** Whether writes stay in the session's notes until it ends. */
  readonly isHeld: boolean;
}

/**
 * Builds the content of the one `--settings` file of a session: the user's own settings from that flag, with those of pclaude merged in.
 * Lists are joined, as the client joins those of its scopes; a single value of the user wins. Only when notes are held back does pclaude's
 * memory folder replace one that the user set, because the notes were copied from that.
 *
 * The memory folder is named by its real path, below which the client allows everything. If a link leads there, as to a `~/.claude` that is
 * kept among dotfiles, the client allows the path with the link only to a session that has it in its own config dir (2.1.329).
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
 * The client loads the user's CLAUDE.md from the home, which has a link to the shared file. When it works in or below the folder that
 * contains the shared dir, it finds the shared file as well. It recognizes the link at the start, but not when the model reads a file in
 * the shared dir (seen in 2.1.329). If the client does not read the user's scope, this is the only way in which it finds the file, so the
 * file is not excluded. A path that the user excludes in the shared dir is excluded in the home as well.
 */
function instructionExcludes({ paths, shared, user }: SettingsParts): string[] {
  const prefix = `${shared.dir}/`;
  const own = stringValues(user, 'claudeMdExcludes').filter((pattern) => pattern.startsWith(prefix));
  const twice = user.readsUser ? [join(shared.dir, 'CLAUDE.md')] : [];
  return [...twice, ...own.map((pattern) => join(paths.home, pattern.slice(prefix.length)))];
}

function allowRules({ sessions, shared, project }: SettingsParts): string[] {
  // The client lets a session read its own large outputs, but asks when the path leads through a link: it needs both paths.
  const results = 'projects/*/*/tool-results/**';
  const outputs = [ruleBelow('Read', sessions, `*/.claude/${results}`), ruleBelow('Read', shared.dir, results)];
  // It lets shell commands list and read the folder of the project in its own config dir (seen in 2.1.332). The model knows the shared one.
  const projects = [...new Set([project, futureRealPath(project)])].map((folder) => ruleAt('Read', folder));
  return [...outputs, ...projects].filter((rule) => rule !== undefined);
}

/**
 * The `if` conditions keep the client from starting the hook program for other files. For a folder that no condition can express, the
 * program starts for every file, and checks the path itself.
 */
function hooksFor({ sessions, shared, memory, hookWords: words, asking }: SettingsParts): Settings {
  const program = { type: 'command', command: asking === null ? hookCommand(words) : askingCommand(words, asking), timeout: 30 };
  const entries = (conditions: readonly string[]) =>
    conditions.length === 0 ? [program] : conditions.map((condition) => ({ ...program, if: condition }));
  const hooks = (tools: readonly FileTool[], folders: readonly string[]) =>
    tools.map((tool) => ({ matcher: tool, hooks: folders.flatMap((folder) => entries(conditionsBelow(tool, folder))) }));
  // Old conversations may name the current memory by these paths.
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
  // Only a launcher remembers the files from before a command.
  if (asking === null) return files;
  const shell = {
    matcher: 'Bash',
    hooks: [{ ...program, command: filteredCommand(program.command, names, [...sharedFolders, sessions]) }],
  };
  return {
    ...files,
    PreToolUse: [...files.PreToolUse, shell],
    PermissionRequest: [...files.PermissionRequest, shell],
    PermissionDenied: [...files.PermissionDenied, shell],
    PostToolUse: [...files.PostToolUse, shell],
    PostToolUseFailure: [...files.PostToolUseFailure, shell],
  };
}

/** The client shows the message of such a hook to the user, not to the model (seen in 2.1.329). */
function noticeHook(notice: string | undefined): Settings {
  if (notice === undefined) return {};
  const command = hookCommand(['printf', '%s', JSON.stringify({ systemMessage: `pclaude: ${notice}` })]);
  return { SessionStart: [{ matcher: 'startup|resume', hooks: [{ type: 'command', command, timeout: 5 }] }] };
}

/** Removes the folders that are inside another one: a write to a file must start the program once. */
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
