import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import template from '../../../templates/worktree/snippet.json' with { type: 'json' };
import { unlessMissing } from '../../system/fs/fs-error.js';
import { git, records, tryGit } from '../../system/git/run.js';
import { copyAcross, type CopyOutcome, linkAcross, noteCopied } from '../copies.js';
import type { WorktreeSettings } from '../settings.js';

/** What was added to a new worktree besides the files that git checks out, by path in the worktree. */
export interface Provisioned {
  readonly copied: readonly string[];
  readonly linked: readonly string[];
  /** The paths that were skipped, each with the reason. */
  readonly skipped: readonly (readonly [path: string, why: string])[];
}

interface Provisioning {
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
export async function provision(provisioning: Provisioning): Promise<Provisioned> {
  const { path, settings } = provisioning;
  const wanted = await wantedFrom(settings);
  // Links come first: paths below a linked folder need not be copied.
  const links = addEach(wanted.link, (each) => linkAcross(settings.source ?? '', path, each));
  const copies = addEach(wanted.copy, (each) => copyAcross(settings.source ?? '', path, each));
  if (settings.source !== null) await noteCopied(path, settings.source, copies.added);
  // Git ignores the files of `.worktreeinclude` already.
  for (const each of [...links.added, ...copies.added.filter((copied) => settings.copy.includes(copied))]) await provisioning.exclude(each);
  return { copied: copies.added, linked: links.added, skipped: [...links.skipped, ...copies.skipped, ...(await addSnippet(provisioning))] };
}

interface Outcome {
  readonly added: readonly string[];
  readonly skipped: Provisioned['skipped'];
}

function addEach(paths: readonly string[], add: (path: string) => CopyOutcome): Outcome {
  const added: string[] = [];
  const skipped: (readonly [string, string])[] = [];
  for (const path of paths) {
    const outcome = add(path);
    if (outcome === 'added') added.push(path);
    if (outcome === 'refused') skipped.push([path, 'it is, or stands behind, a link, or is no path in the repository']);
  }
  return { added, skipped };
}

async function addSnippet({ exclude, path, branch, main, settings }: Provisioning): Promise<Provisioned['skipped']> {
  if (!settings.snippet) return [];
  // A committed file must not be changed.
  const { code } = await tryGit(path, ['ls-files', '--error-unmatch', '--', SNIPPET_FILE]);
  if (code === 0) return [[SNIPPET_FILE, 'it is in git']];
  if (!writeSnippet(path, branch, main)) return [[SNIPPET_FILE, 'it is a link']];
  await exclude(SNIPPET_FILE);
  return [];
}

/** The client's own convention: a file in the root of the source working tree, in the syntax of `.gitignore`. */
const INCLUDE_FILE = '.worktreeinclude';

/**
 * The files of a working tree that its `.worktreeinclude` matches, by their path in it. As in the client, only files that git ignores
 * count: all others are in the new worktree already, or would be untracked there. Throws `git-failed`.
 */
async function includedFiles(source: string): Promise<string[]> {
  if (!existsSync(join(source, INCLUDE_FILE))) return [];
  const named = records(await git(source, 'ls-files', '-z', '--others', '--ignored', `--exclude-from=${INCLUDE_FILE}`));
  // Git lists a nested repository as a folder.
  const files = named.filter((path) => !path.endsWith('/'));
  const { stdout } = await tryGit(source, ['check-ignore', '-z', '--stdin'], { input: files.map((path) => `${path}\0`).join('') });
  return files.length === 0 ? [] : records(stdout);
}

/** The file that the client reads beside `CLAUDE.md`, for one user's own instructions. */
const SNIPPET_FILE = template.file;

/**
 * Appends a note for the model: the branch of the worktree and the main working tree. Returns false, and writes nothing, if the path is not
 * a regular file.
 */
function writeSnippet(root: string, branch: string, main: string): boolean {
  const file = join(root, SNIPPET_FILE);
  const stat = unlessMissing(() => lstatSync(file));
  if (stat !== undefined && !stat.isFile()) return false;
  const text = stat === undefined ? '' : readFileSync(file, 'utf8');
  const snippet = `${template.lines
    .join('\n')
    .replaceAll('{branch}', () => branch)
    .replaceAll('{main}', () => main)}\n`;
  if (text.includes(snippet)) return true;
  writeFileSync(file, text === '' ? snippet : `${text.replace(/\n*$/, '\n\n')}${snippet}`);
  return true;
}
