import { type Brought, copyAcross, linkAcross } from './copy-in.js';
import { noteCopied } from '../copied.js';
import { tryGit } from '../../system/git/run.js';
import { includedFiles } from './include.js';
import type { WorktreeSettings } from '../settings.js';
import { SNIPPET_FILE, writeSnippet } from './snippet.js';

/** What was added to a new worktree besides the files that git checks out, by path in the worktree. */
export interface Provisioned {
  readonly copied: readonly string[];
  readonly linked: readonly string[];
  /** The paths that were skipped, each with the reason. */
  readonly left: readonly (readonly [path: string, why: string])[];
}

export interface Provisioning {
  /** Makes git ignore a path in the new worktree. */
  readonly exclude: (path: string) => Promise<void>;
  /** The new worktree. */
  readonly path: string;
  readonly branch: string;
  /** The main working tree, or the bare repository. */
  readonly main: string;
  readonly settings: WorktreeSettings;
}

/** The folders and files to copy and to link, if they exist. */
export async function wantedFrom(
  settings: WorktreeSettings,
): Promise<{ readonly copy: readonly string[]; readonly link: readonly string[] }> {
  const { source, copy, link } = settings;
  return source === null ? { copy: [], link: [] } : { copy: [...copy, ...(await includedFiles(source))], link };
}

/**
 * Copies and links what the settings and `.worktreeinclude` name, and writes the snippet. A repeated call adds what is missing. Throws
 * `git-failed` and system errors.
 */
export async function provision(furnishing: Provisioning): Promise<Provisioned> {
  const { path, settings } = furnishing;
  const wanted = await wantedFrom(settings);
  // Links come first: paths below a linked folder need not be copied.
  const links = bring(wanted.link, (each) => linkAcross(settings.source ?? '', path, each));
  const copies = bring(wanted.copy, (each) => copyAcross(settings.source ?? '', path, each));
  if (settings.source !== null) await noteCopied(path, settings.source, copies.brought);
  // Git ignores the files of `.worktreeinclude` already.
  for (const each of [...links.brought, ...copies.brought.filter((copied) => settings.copy.includes(copied))])
    await furnishing.exclude(each);
  return { copied: copies.brought, linked: links.brought, left: [...links.left, ...copies.left, ...(await snippet(furnishing))] };
}

interface Outcome {
  readonly brought: readonly string[];
  readonly left: Provisioned['left'];
}

function bring(paths: readonly string[], act: (path: string) => Brought): Outcome {
  const brought: string[] = [];
  const left: (readonly [string, string])[] = [];
  for (const path of paths) {
    const outcome = act(path);
    if (outcome === 'brought') brought.push(path);
    if (outcome === 'refused') left.push([path, 'it is, or stands behind, a link, or is no path in the repository']);
  }
  return { brought, left };
}

async function snippet({ exclude, path, branch, main, settings }: Provisioning): Promise<Provisioned['left']> {
  if (!settings.snippet) return [];
  // A committed file must not be changed.
  const { code } = await tryGit(path, ['ls-files', '--error-unmatch', '--', SNIPPET_FILE]);
  if (code === 0) return [[SNIPPET_FILE, 'it is in git']];
  if (!writeSnippet(path, branch, main)) return [[SNIPPET_FILE, 'it is a link']];
  await exclude(SNIPPET_FILE);
  return [];
}
