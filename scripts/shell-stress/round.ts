import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../test/support/sandbox.js';
import type { Random } from '../../test/client/stampede/random.js';
import { edits, effectOf, moments, openFile } from './editor.js';
import type { Around, RunCommand, Writer } from './hooked.js';
import { type Counted, judge, newIn } from './judge.js';
import { BACKGROUND, type Effect, ENTRIES, type Field, fieldFiles, shapes } from './shapes.js';

/** The result of two commands that ran at about the same moment. */
export interface Round extends Counted {
  readonly pair: readonly [string, string];
  readonly ran: readonly RunCommand[];
  /** What was wrong before the hooks after the command began: a program without hooks had overwritten it, or was overwritten. */
  readonly before: Counted;
  /**
   * Entries that were removed in the call, and exist, although an external writer had saved a version from before the entry of another
   * session: it may as well have read them too early, so both are kept.
   */
  readonly inDoubt: readonly string[];
}

export const NOTHING: Counted = { lost: [], aside: [], doubled: [], kept: [] };

/** The second command begins at most this long after the first, in milliseconds. */
const SPREAD_MS = 500;

/** Plays one round in a fresh folder of the shared dir, and counts. */
export async function playRound(sandbox: Sandbox, [one, other]: readonly [Writer, Writer], number: number, random: Random): Promise<Round> {
  const first = shapes[random.below(shapes.length)];
  const alike = shapes.filter(({ kind }) => kind === first?.kind);
  const second = alike[random.below(alike.length)];
  if (!first || !second) throw new Error('there are no shapes');
  const { folder, fields } = await prepare(sandbox, [one.name, other.name], number, random);
  const [mine, theirs] = fields;
  if (!mine || !theirs) throw new Error('each writer has a field');
  const pause = random.below(SPREAD_MS);
  const ran = await Promise.all([one.run(first.command(mine)), sleep(pause).then(async () => other.run(second.command(theirs)))]);
  const effects = [...first.effects(mine), ...second.effects(theirs)];
  const counted = await judged(folder, effects);
  for (const { scratch } of fields) await rm(scratch, { recursive: true });
  return { pair: [first.name, second.name], ran, before: NOTHING, inDoubt: [], ...counted };
}

/** An external writer begins to save at most this long after a command, in milliseconds. The longest command takes this long. */
const DURING_MS = 400;

/**
 * Plays one round in a fresh folder of the shared dir, and counts: a session runs a command, and in the middle of the call an external
 * writer saves the same file. Another session adds an entry: either before the call, when an editor may already have read the file, or
 * after it, when a write that was misunderstood may be undone.
 */
export async function playEditedRound(
  sandbox: Sandbox,
  [one, other]: readonly [Writer, Writer],
  number: number,
  random: Random,
): Promise<Round> {
  const alike = shapes.filter(({ kind }) => kind !== 'own');
  const shape = alike[random.below(alike.length)];
  const edit = edits[random.below(edits.length)];
  const moment = moments[random.below(moments.length)];
  const adding = shapes.find(({ kind }) => kind === shape?.kind);
  const isEarlier = random.below(2) === 0;
  if (!shape || !edit || !moment || !adding) throw new Error('there are no shapes');
  const delay = random.below(DURING_MS);
  const { folder, fields } = await prepare(sandbox, [one.name, 'editor', other.name], number, random);
  const [own, edited, added] = fields;
  if (!own || !edited || !added) throw new Error('each writer has a field');
  const save = await openFile(edit, shape.kind, folder, edited);
  let saved: Promise<boolean> | undefined;
  let before = NOTHING;
  const around: Around = {
    async ready() {
      if (moment === 'before the command') await (saved = save());
      if (moment === 'during the command') saved = sleep(delay).then(save);
    },
    async done() {
      saved ??= save();
      // What a command writes in the background comes later.
      const written = shape.name === BACKGROUND ? [] : shape.effects(own);
      before = judge(folder, [...written, ...((await saved) ? [effectOf(edit, shape.kind, edited)] : [])]);
    },
  };
  const add = async (): Promise<RunCommand> => other.run(adding.command(added));
  const ran = isEarlier ? [await add()] : [];
  ran.push(await one.run(shape.command(own), around));
  if (shape.name === BACKGROUND) await sleep(DURING_MS);
  if (!isEarlier) ran.push(await add());
  const effects = [
    ...shape.effects(own),
    ...((await saved) === true ? [effectOf(edit, shape.kind, edited)] : []),
    ...adding.effects(added),
  ];
  const isOlder = isEarlier && edit.reads === 'before the call';
  const { kept, ...counted } = await judged(folder, effects, before);
  for (const { scratch } of fields) await rm(scratch, { recursive: true });
  return {
    pair: [shape.name, `${edit.name}, ${moment}`],
    ran,
    before,
    ...counted,
    kept: isOlder ? [] : kept,
    inDoubt: isOlder ? kept : [],
  };
}

interface Prepared {
  readonly folder: string;
  readonly fields: readonly Field[];
}

/** Makes a fresh folder, and the parts of it that each of these writers may touch. */
async function prepare(sandbox: Sandbox, names: readonly string[], number: number, random: Random): Promise<Prepared> {
  const place = `skills/r${number}`;
  const folder = join(sandbox.home, '.claude', place);
  for (const [name, text] of Object.entries(fieldFiles())) await sandbox.write(join(folder, name), text);
  const entries = random.shuffled(Array.from({ length: ENTRIES }, (_, at) => at + 1));
  const fields = names.map(
    (name, at): Field => ({
      folder: `~/.claude/${place}`,
      scratch: join(sandbox.home, 'tmp', `r${number}-${name}`),
      tag: `r${number}-by-${name}`,
      entry: entries[at] ?? 1,
      own: at + 1,
    }),
  );
  for (const { scratch } of fields) await mkdir(scratch, { recursive: true });
  return { folder, fields };
}

/** Writes from the background are merged a little later: a fault counts only if it lasts this long, in milliseconds. */
const PATIENCE_MS = 8_000;

async function judged(folder: string, effects: readonly Effect[], before: Counted = NOTHING): Promise<Counted> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const counted = newIn(judge(folder, effects), before);
    if (Object.values(counted).every(({ length }) => length === 0) || performance.now() > deadline) return counted;
    await sleep(50);
  }
}
