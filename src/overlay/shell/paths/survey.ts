import type { Elsewhere } from './resolve.js';
import type { CommandNote, Flow, Mention, Role, Spot, Use } from './mention.js';

/** A path that is not shared itself, but may have shared files below it. */
interface Outside extends Elsewhere {
  readonly role: Role;
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
  /** Commands with a relative path that leads out of a shared folder. */
  readonly strays: CommandNote[];
  /** Where words are read of which too little is known, but that they are relative. */
  readonly vague: { readonly cwd: readonly string[] | undefined; readonly command: CommandNote | undefined }[];
  /** Where links are made. */
  readonly links: Use[];
}

export function emptySurvey(): Survey {
  return { uses: [], mentions: new Map(), commands: [], outside: [], runs: [], kept: [], split: [], keptAny: false, derived: [], strays: [], vague: [], links: [] };
}

/** Notes that a text stays after the command has ended. */
export function keep(survey: Survey, flow: Flow): void {
  survey.kept.push(...flow.mentions);
  survey.keptAny ||= flow.murky;
}
