import table from '../../../templates/client/arguments.json' with { type: 'json' };
import { isEnded, type Job } from '../../client/jobs.js';
import type { ConfigDir, PlacedJob } from './places.js';
import { severalIds, severalNames } from './ambiguous.js';

/** A command that names a job, such as `logs 1a2b3c4d`. */
export interface JobCommand {
  readonly word: string;
  /** The arguments after the word. */
  readonly rest: readonly string[];
}

/** The config dirs in which a command is to run. */
export type Choice =
  /** In one config dir. `id`: set when the command names a job there by its id or the start of it. */
  | { readonly kind: 'one'; readonly place: ConfigDir; readonly id?: string }
  /** In several config dirs, because the command means all jobs. */
  | { readonly kind: 'each'; readonly places: readonly ConfigDir[] }
  /** In the shared dir: no other dir has a matching job, or the client is to report the mistake. */
  | { readonly kind: 'shared' }
  /** In none: jobs of several config dirs match. `text`: the client's message for several matches in one dir. */
  | { readonly kind: 'none'; readonly text: string };

/**
 * Finds the config dir with the job that a command names, by the rules of the client (2.1.329): the start of an id or, for a command that
 * takes names, a part of a name or of the task text. `isServed` returns whether a service of the client runs in a home. A service that
 * starts only now finds no working job, so `respawn --all` runs only in the homes that have one.
 */
export function choose({ word, rest }: JobCommand, jobs: readonly PlacedJob[], isServed: (home: string) => boolean): Choice {
  if (word === 'respawn' && rest[0] === '--all') return everywhere(jobs.filter(({ place }) => isServed(place.home)));
  const wanted = wantedIn(word, rest);
  if (wanted === undefined || wanted === '') return { kind: 'shared' };
  const named = jobs.filter(({ id }) => id.startsWith(wanted));
  const [only, ...others] = named;
  if (only && others.length === 0) return { kind: 'one', place: only.place, id: only.id };
  if (only) return onePlace(named) ?? { kind: 'none', text: severalIds(wanted, named) };
  const takesNames = table.jobs.named.includes(word) && rest.length === 1;
  return takesNames ? byName(wanted, jobs) : { kind: 'shared' };
}

function everywhere(jobs: readonly PlacedJob[]): Choice {
  const places = [...new Set(jobs.filter((job) => !isEnded(job)).map(({ place }) => place))];
  return places.length === 0 ? { kind: 'shared' } : { kind: 'each', places };
}

/** Returns the argument that names the job; undefined when the client only prints its usage. Of these commands only `rm` takes options. */
function wantedIn(word: string, rest: readonly string[]): string | undefined {
  const options = word === 'rm' ? table.jobs.rmTakesOne : [];
  const words = word === 'rm' ? rest.filter((arg, at) => !arg.startsWith('-') && !options.includes(rest[at - 1] ?? '')) : rest;
  return words[0]?.startsWith('-') ? undefined : words[0];
}

/** A text that can be the start of an id is never a name. */
const LIKE_AN_ID = /^[a-f0-9]{1,8}$/;

function byName(wanted: string, jobs: readonly PlacedJob[]): Choice {
  const text = wanted.trim().toLowerCase();
  if (LIKE_AN_ID.test(text)) return { kind: 'shared' };
  const found = jobs.map((job) => ({ ...job, rank: rankOf(job, text) })).filter(({ rank }) => rank > 0);
  if (found.length === 0) return { kind: 'shared' };
  // If any job has the text in its name, a job that has ended counts only when its own name has it.
  const meant = found.filter((job) => job.rank > 1 || !isEnded(job));
  const chosen = onePlace(found) ?? (found.some(({ rank }) => rank > 1) && meant.length === 1 ? onePlace(meant) : undefined);
  return chosen ?? { kind: 'none', text: severalNames(wanted, found) };
}

/** Ranks how a job matches a text. 3: as its name; 2: in its name; 1: in its task text; 0: not at all. */
function rankOf({ name, tasks }: Job, text: string): number {
  const own = name.toLowerCase();
  if (own === text) return 3;
  if (own.includes(text)) return 2;
  return tasks.some((task) => task.toLowerCase().includes(text)) ? 1 : 0;
}

function onePlace(jobs: readonly PlacedJob[]): Choice | undefined {
  const [place, ...others] = new Set(jobs.map((job) => job.place));
  return place && others.length === 0 ? { kind: 'one', place } : undefined;
}
