import { readdirSync } from 'node:fs';
import table from '../../../templates/client/arguments.json' with { type: 'json' };
import { isEnded, type Job, jobsIn } from '../../client/jobs.js';
import type { SharedDir } from '../../client/shared-dir.js';
import { type Manifest, readManifest } from '../../session/manifest.js';
import { type SessionPaths, sessionPaths, sessionsFolder } from '../../session/paths.js';
import { unlessMissing } from '../../system/fs/fs-error.js';
import { futureRealPath } from '../../system/fs/paths.js';

/**
 * A config dir with background jobs. The client runs one service for each config dir, and looks for jobs in one only. `home`: its path; for
 * `shared` that is the shared dir.
 */
export type ConfigDir = { readonly kind: 'shared'; readonly home: string } | SessionConfigDir;

export interface SessionConfigDir {
  readonly kind: 'session';
  readonly home: string;
  readonly paths: SessionPaths;
  readonly manifest: Manifest;
}

/** A job and the config dir that has it. */
export interface LocatedJob extends Job {
  readonly dir: ConfigDir;
}

/**
 * Returns all jobs of a shared dir: its own, and those of its open and closed sessions. A conversation that was sent to the background in
 * two sessions has one id in both; the job that was written last counts. Reads only: one folder for each session, and the files of sessions
 * that have jobs.
 */
export function findJobs(stateDir: string, shared: SharedDir): LocatedJob[] {
  const dirs: readonly ConfigDir[] = [{ kind: 'shared', home: shared.dir }, ...homesWithJobs(stateDir, shared)];
  const all = dirs.flatMap((dir) => jobsIn(dir.home).map((job): LocatedJob => ({ ...job, dir })));
  const last = new Map(all.toSorted((one, other) => one.changedAt - other.changedAt).map((job) => [job.id, job]));
  return all.filter((job) => last.get(job.id) === job);
}

function homesWithJobs(stateDir: string, shared: SharedDir): SessionConfigDir[] {
  const real = futureRealPath(shared.dir);
  return (unlessMissing(() => readdirSync(sessionsFolder(stateDir))) ?? []).flatMap((id): SessionConfigDir[] => {
    const paths = sessionPaths(stateDir, id);
    if (jobsIn(paths.home).length === 0) return [];
    const manifest = readManifest(paths.manifest);
    return manifest && futureRealPath(manifest.shared.dir) === real ? [{ kind: 'session', home: paths.home, paths, manifest }] : [];
  });
}

/** A command that names a job, such as `logs 1a2b3c4d`. */
export interface JobCommand {
  readonly word: string;
  /** The arguments after the word. */
  readonly rest: readonly string[];
}

/** The config dirs in which a command is to run. */
type Choice =
  /** In one config dir. `id`: set when the command names a job there by its id or the start of it. */
  | { readonly kind: 'one'; readonly dir: ConfigDir; readonly id?: string }
  /** In several config dirs, because the command means all jobs. */
  | { readonly kind: 'each'; readonly dirs: readonly ConfigDir[] }
  /** In the shared dir: no other dir has a matching job, or the client is to report the mistake. */
  | { readonly kind: 'shared' }
  /** In none: jobs of several config dirs match. `text`: the client's message for several matches in one dir. */
  | { readonly kind: 'none'; readonly text: string };

/**
 * Finds the config dir with the job that a command names, by the rules of the client (2.1.329): the start of an id or, for a command that
 * takes names, a part of a name or of the task text. `isServed` returns whether a service of the client runs in a home. A service that
 * starts only now finds no working job, so `respawn --all` runs only in the homes that have one.
 */
export function choose({ word, rest }: JobCommand, jobs: readonly LocatedJob[], isServed: (home: string) => boolean): Choice {
  if (word === 'respawn' && rest[0] === '--all') return everywhere(jobs.filter(({ dir }) => isServed(dir.home)));
  const wanted = wantedIn(word, rest);
  if (wanted === undefined || wanted === '') return { kind: 'shared' };
  const named = jobs.filter(({ id }) => id.startsWith(wanted));
  const [only, ...others] = named;
  if (only && others.length === 0) return { kind: 'one', dir: only.dir, id: only.id };
  if (only) return inOneDir(named) ?? { kind: 'none', text: severalIds(wanted, named) };
  const takesNames = table.jobs.named.includes(word) && rest.length === 1;
  return takesNames ? chooseByName(wanted, jobs) : { kind: 'shared' };
}

function everywhere(jobs: readonly LocatedJob[]): Choice {
  const dirs = [...new Set(jobs.filter((job) => !isEnded(job)).map(({ dir }) => dir))];
  return dirs.length === 0 ? { kind: 'shared' } : { kind: 'each', dirs };
}

/** Returns the argument that names the job; undefined when the client only prints its usage. Of these commands only `rm` takes options. */
function wantedIn(word: string, rest: readonly string[]): string | undefined {
  const options = word === 'rm' ? table.jobs.rmTakesOne : [];
  const words = word === 'rm' ? rest.filter((arg, at) => !arg.startsWith('-') && !options.includes(rest[at - 1] ?? '')) : rest;
  return words[0]?.startsWith('-') ? undefined : words[0];
}

/** A text that can be the start of an id is never a name. */
const LIKE_AN_ID = /^[a-f0-9]{1,8}$/;

function chooseByName(wanted: string, jobs: readonly LocatedJob[]): Choice {
  const text = wanted.trim().toLowerCase();
  if (LIKE_AN_ID.test(text)) return { kind: 'shared' };
  const found = jobs.map((job) => ({ ...job, rank: rankOf(job, text) })).filter(({ rank }) => rank > 0);
  if (found.length === 0) return { kind: 'shared' };
  // If any job has the text in its name, a job that has ended counts only when its own name has it.
  const meant = found.filter((job) => job.rank > 1 || !isEnded(job));
  const chosen = inOneDir(found) ?? (found.some(({ rank }) => rank > 1) && meant.length === 1 ? inOneDir(meant) : undefined);
  return chosen ?? { kind: 'none', text: severalNames(wanted, found) };
}

/** Ranks how a job matches a text. 3: as its name; 2: in its name; 1: in its task text; 0: not at all. */
function rankOf({ name, tasks }: Job, text: string): number {
  const own = name.toLowerCase();
  if (own === text) return 3;
  if (own.includes(text)) return 2;
  return tasks.some((task) => task.toLowerCase().includes(text)) ? 1 : 0;
}

function inOneDir(jobs: readonly LocatedJob[]): Choice | undefined {
  const [dir, ...others] = new Set(jobs.map((job) => job.dir));
  return dir && others.length === 0 ? { kind: 'one', dir } : undefined;
}

/** A job that a text may mean. */
interface Candidate extends LocatedJob {
  /** See `choose`. */
  readonly rank: number;
}

/** How many candidates are listed. */
const LISTED = 20;

/** How many characters of a name are shown. */
const WIDTH = 32;

/** The client's message when several ids begin with the text. */
function severalIds(wanted: string, jobs: readonly LocatedJob[]): string {
  return `'${wanted}' matches more than one session: ${jobs.map(({ id }) => id).join(', ')}\n`;
}

/** The client's message when the text is part of several names. */
function severalNames(wanted: string, candidates: readonly Candidate[]): string {
  const byName = candidates.filter(({ rank }) => rank > 1);
  const text = shortened(wanted);
  const head =
    byName.length > 0
      ? `${candidates.length} sessions match '${text}'`
      : `No session name matches '${text}'.\nThe task text of ${candidates.length} sessions has it`;
  const lines = candidates
    .toSorted((one, other) => Number(one.rank === 1) - Number(other.rank === 1) || (one.id < other.id ? -1 : 1))
    .map(({ id, name, tasks, rank }) => {
      const how = byName.length > 0 && rank === 1 ? '  (task text)' : '';
      return `  ${id}  ${shortened(name || (tasks[0] ?? ''))}${how}\n`;
    });
  const more = lines.length > LISTED ? `  … and ${lines.length - LISTED} more\n` : '';
  return `${head}:\n${lines.slice(0, LISTED).join('')}${more}${advice(byName)}\n`;
}

function advice(byName: readonly Candidate[]): string {
  if (byName.length === 0) return 'Use the id, or a session name.';
  return byName.some(({ rank }) => rank === 2) ? 'Use more of the name, or the id.' : 'Use the id.';
}

/** Returns the text on one line, because a name may contain any character. */
function shortened(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}
