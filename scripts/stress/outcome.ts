import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { MemoryProject } from '../../test/client/memory-project.js';
import { type Answer, answerOf, resultsByWriter } from './answers.js';
import { CALLS_PER_ROUND, type Case, type Round } from './rounds.js';
import { countSections, keptOf, type SectionCopies, surplusOf } from './sections.js';

/** The result of one round. Plain sessions that wrote beside the writers are counted in `beside` only. */
export interface RoundOutcome extends Case {
  readonly writers: number;
  readonly kept: number;
  /** Copies of sections beyond the first of each. */
  readonly surplus: number;
  /** The number of Writes that the client itself refused, see `Answer`. Their sections should be absent. */
  readonly refused: number;
  /** Titles of sections that were reported as written but are missing or incomplete. */
  readonly lost: readonly string[];
  /** The messages of calls that failed. */
  readonly failed: readonly string[];
  /** Titles of sections that are in the file although their calls failed or were refused. */
  readonly presentThoughFailed: readonly string[];
  /** Paths of conflict copies of the file. */
  readonly conflicts: readonly string[];
  /** The rest of the file is unchanged, and no part of a section is left in it. */
  readonly isIntact: boolean;
  readonly beside: { readonly writers: number; readonly kept: number; readonly surplus: number; readonly reported: number };
}

/** Nothing is lost, doubled or changed elsewhere, and no call failed except the client's own refusals. */
export function isGood({ surplus, lost, failed, presentThoughFailed, conflicts, isIntact }: RoundOutcome): boolean {
  return surplus + lost.length + failed.length + presentThoughFailed.length + conflicts.length === 0 && isIntact;
}

/** Counts all rounds of a launch after its end. Sections after the first `writers` belong to the plain sessions. */
export async function outcomesOf(project: MemoryProject, rounds: readonly Round[], writers: number): Promise<RoundOutcome[]> {
  const results = resultsByWriter(project.api.requests);
  return Promise.all(
    rounds.map(async (round, at): Promise<RoundOutcome> => {
      const answers = round.sections.map((_, index) =>
        answerOf((results.get(index + 1) ?? []).slice(at * CALLS_PER_ROUND, (at + 1) * CALLS_PER_ROUND), CALLS_PER_ROUND),
      );
      const inFile = rounds.filter(({ file }) => file.path === round.file.path).flatMap(({ sections }) => sections);
      const count = countSections(await contentOf(project, round), round.original, inFile);
      const titles = round.sections.map(({ title }) => title);
      const sections = count.sections.filter(({ title }) => titles.includes(title));
      return {
        target: round.target,
        way: round.way,
        ...countWriters(sections.slice(0, writers), answers.slice(0, writers)),
        conflicts: await conflictsOf(round),
        isIntact: count.isIntact,
        beside: countBeside(sections.slice(writers), answers.slice(writers)),
      };
    }),
  );
}

function countWriters(
  sections: readonly SectionCopies[],
  answers: readonly Answer[],
): Omit<RoundOutcome, keyof Case | 'conflicts' | 'isIntact' | 'beside'> {
  const isReported = (at: number): boolean => answers[at]?.outcome === 'written';
  return {
    writers: sections.length,
    kept: keptOf(sections),
    surplus: surplusOf(sections),
    refused: answers.filter(({ outcome }) => outcome === 'refused').length,
    lost: sections.filter(({ isWhole }, at) => !isWhole && isReported(at)).map(({ title }) => title),
    failed: answers.filter(({ outcome }) => outcome === 'failed').map(({ message }) => message),
    presentThoughFailed: sections.filter(({ copies }, at) => copies > 0 && !isReported(at)).map(({ title }) => title),
  };
}

function countBeside(sections: readonly SectionCopies[], answers: readonly Answer[]): RoundOutcome['beside'] {
  return {
    writers: sections.length,
    kept: keptOf(sections),
    surplus: surplusOf(sections),
    reported: answers.filter(({ outcome }) => outcome === 'written').length,
  };
}

/** Returns an empty text for a missing file. */
async function contentOf({ sandbox }: MemoryProject, { file: { path } }: Round): Promise<string> {
  return sandbox.exists(path) ? sandbox.read(path) : '';
}

/** Conflict copies are in the folder of the file. */
async function conflictsOf({ file: { path } }: Round): Promise<string[]> {
  const beginning = `${basename(path, extname(path))}.conflict-`;
  return (await readdir(dirname(path))).filter((name) => name.startsWith(beginning)).map((name) => join(dirname(path), name));
}
