import type { Elsewhere } from './resolve.js';
import type { CommandNote, Flow, Mention, Role, Spot, Use } from './mention.js';

/** A path that is not shared itself, but may have shared files below it. */
interface Outside extends Elsewhere {
  readonly role: Role;
}

/** What stands in a folder. */
interface Somewhere {
  readonly cwd: readonly string[] | undefined;
  readonly command: CommandNote | undefined;
}

/** What a command was found to do, for `decide`. */
export interface Survey {
  readonly uses: Use[];
  /** By where they start. */
  readonly mentions: Map<number, Mention>;
  readonly commands: CommandNote[];
  readonly outside: Outside[];
  /** Scripts below the shared dir that are run. */
  readonly runs: { readonly mention: Mention; readonly spot: Spot }[];
  /** What is written somewhere as a text, so it must be spelled as it was. */
  readonly kept: Mention[];
  /** What is split into words where it is used. */
  readonly split: Mention[];
  /** A text is kept that may hold any path of a mention. */
  keptAny: boolean;
  /** Mentions whose paths another command has read from what theirs printed. */
  readonly derived: Mention[];
  /** Relative paths that lead out of a shared folder. */
  readonly strays: Somewhere[];
  /** Words of which too little is known, but that they are relative. */
  readonly vague: Somewhere[];
  /** Where the path of the current folder itself becomes a text. */
  readonly told: Somewhere[];
  /** Commands of which little is known, and what they print is kept. */
  readonly outputs: CommandNote[];
  /** Where links are made. */
  readonly links: Use[];
}

export function emptySurvey(): Survey {
  return { uses: [], mentions: new Map(), commands: [], outside: [], runs: [], kept: [], split: [], keptAny: false, derived: [], strays: [], vague: [], told: [], outputs: [], links: [] };
}

/** Notes that a text stays after the command has ended. */
export function keep(survey: Survey, flow: Flow): void {
  survey.kept.push(...flow.mentions);
  survey.keptAny ||= flow.murky;
}
