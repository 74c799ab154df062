import { homedir } from 'node:os';
import type { SharedDir } from '../client/shared-dir.js';
import { readUserSettings, valuesOf } from '../client/settings.js';
import { futureRealPath } from '../system/fs/future-real-path.js';
import { isRecord } from '../system/is-record.js';
import type { OpenedRepository } from './opened.js';
import { DEFAULT_PLACE } from './place.js';
import type { WorktreeConfig } from '../config/config.js';

/** What a new worktree of one repository is given. */
export interface WorktreeSettings {
  /** The template of its place. */
  readonly path: string;
  /** The working tree that files and folders come from; null where there is none. */
  readonly source: string | null;
  /** Folders of the source that it shares, by their path in it. */
  readonly link: readonly string[];
  /** Folders of the source that it gets a copy of. */
  readonly copy: readonly string[];
  /** What makes it ready to work in. Only from the user's own config file: a repository must not choose what runs here. */
  readonly setup: string | null;
  readonly snippet: boolean;
}

/** Decides what holds for one repository; links that the user has told the client to make are made here, too. */
export function settingsFor({ root, bare, here }: OpenedRepository, config: WorktreeConfig, shared: SharedDir): WorktreeSettings {
  const source = bare ? here : root;
  return {
    path: config.path ?? DEFAULT_PLACE,
    source,
    link: [...new Set([...(config.link ?? []), ...(source === null ? [] : linkedByClient(source, shared))])],
    copy: config.copy ?? [],
    setup: setupFor(root, config.setup ?? {}),
    snippet: config.snippet ?? false,
  };
}

/** `worktree.symlinkDirectories` of the client's settings, by which `claude --worktree` goes. */
function linkedByClient(source: string, shared: SharedDir): string[] {
  return valuesOf(readUserSettings({ shared, cwd: source, repository: { mainRoot: source }, flag: undefined, sources: undefined }), 'worktree')
    .flatMap((value) => (isRecord(value) ? value['symlinkDirectories'] : undefined))
    .filter((name) => typeof name === 'string');
}

function setupFor(root: string, setup: Readonly<Record<string, string>>): string | null {
  const named = Object.entries(setup).find(([path]) => futureRealPath(path.replace(/^~(?=\/)/, homedir())) === root);
  return named?.[1] ?? null;
}
