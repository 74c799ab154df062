import { homedir } from 'node:os';
import { readUserSettings, valuesOf } from '../client/settings.js';
import type { SharedDir } from '../client/shared-dir.js';
import type { WorktreeConfig } from '../config/config.js';
import { futureRealPath } from '../system/fs/paths.js';
import { isRecord } from '../system/json.js';
import { DEFAULT_PATH } from './path-template.js';
import type { OpenedRepository } from './repository.js';

/** The settings for new worktrees of one repository. */
export interface WorktreeSettings {
  /** The template of the path. */
  readonly path: string;
  /** The working tree that files and folders are copied or linked from; null if there is none. */
  readonly source: string | null;
  /** Folders of the source that the worktree links to, by path. */
  readonly link: readonly string[];
  /** Files and folders of the source that are copied, by path. */
  readonly copy: readonly string[];
  /** The set-up command. Read only from the user's own config file: a repository must not choose what runs here. */
  readonly setup: string | null;
  readonly snippet: boolean;
}

/** Combines the settings for one repository. Includes the links that the client's settings name. */
export function settingsFor({ root, bare, here }: OpenedRepository, config: WorktreeConfig, shared: SharedDir): WorktreeSettings {
  const source = bare ? here : root;
  return {
    path: config.path ?? DEFAULT_PATH,
    source,
    link: [...new Set([...(config.link ?? []), ...(source === null ? [] : linkedByClient(source, shared))])],
    copy: config.copy ?? [],
    setup: setupFor(root, config.setup ?? {}),
    snippet: config.snippet ?? false,
  };
}

/** `worktree.symlinkDirectories` of the client's settings, which `claude --worktree` follows. */
function linkedByClient(source: string, shared: SharedDir): string[] {
  return valuesOf(
    readUserSettings({ shared, cwd: source, repository: { mainRoot: source }, flag: undefined, sources: undefined }),
    'worktree',
  )
    .flatMap((value) => (isRecord(value) ? value['symlinkDirectories'] : undefined))
    .filter((name) => typeof name === 'string');
}

function setupFor(root: string, setup: Readonly<Record<string, string>>): string | null {
  const named = Object.entries(setup).find(([path]) => futureRealPath(path.replace(/^~(?=\/)/, homedir())) === root);
  return named?.[1] ?? null;
}
