import { type Brought, copyAcross, linkAcross } from './copy-in.js';
import { noteCopied } from '../copied.js';
import { tryGit } from '../../system/git/run.js';
import { includedFiles } from './include.js';
import type { WorktreeSettings } from '../settings.js';
import { SNIPPET_FILE, writeSnippet } from './snippet.js';

/** What a new worktree was given beside what git checks out, by its path there. */
export interface Provisioned {
  readonly copied: readonly string[];
  readonly linked: readonly string[];
  /** What was wanted and is not there, with the reason. */
  readonly left: readonly (readonly [path: string, why: string])[];
}

export interface Provisioning {
  /** Lets git ignore what stands at a path in the new worktree. */
  readonly exclude: (path: string) => Promise<void>;
  /** The new worktree. */
  readonly path: string;
  readonly branch: string;
  /** The main working tree, or the bare repository. */
  readonly main: string;
  readonly settings: WorktreeSettings;
}

/** The folders and files that would be brought, if they are there. */
export async function wantedFrom(settings: WorktreeSettings): Promise<{ readonly copy: readonly string[]; readonly link: readonly string[] }> {
  const { source, copy, link } = settings;
  return source === null ? { copy: [], link: [] } : { copy: [...copy, ...(await includedFiles(source))], link };
}

/**
 * Brings a worktree to life: what the settings and `.worktreeinclude` name is copied or linked, and the snippet is written. Done
 * again it adds what is missing. Throws `git-failed` and the system's errors.
 */
export async function provision(furnishing: Provisioning): Promise<Provisioned> {
  const { path, settings } = furnishing;
  const wanted = await wantedFrom(settings);
  // Links first: what is below one need not be copied.
  const links = bring(wanted.link, (each) => linkAcross(settings.source ?? '', path, each));
  const copies = bring(wanted.copy, (each) => copyAcross(settings.source ?? '', path, each));
  if (settings.source !== null) await noteCopied(path, settings.source, copies.brought);
  // Other files are brought only where git ignores them.
  for (const each of [...links.brought, ...copies.brought.filter((copied) => settings.copy.includes(copied))]) await furnishing.exclude(each);
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
  // What is committed is not ours to change.
  const { code } = await tryGit(path, ['ls-files', '--error-unmatch', '--', SNIPPET_FILE]);
  if (code === 0) return [[SNIPPET_FILE, 'it is in git']];
  if (!writeSnippet(path, branch, main)) return [[SNIPPET_FILE, 'it is a link']];
  await exclude(SNIPPET_FILE);
  return [];
}
