import { Command, Option } from 'commander';
import { loadStoreHere, type StoreHere } from '../../session/session.js';
import type { Conflict } from '../../sync/conflicts/conflicts.js';
import { type Choice, settle } from '../../sync/conflicts/settle.js';
import { readLog } from '../../sync/log/log.js';
import { UserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { logOf } from '../log/logged.js';
import { pathNamed } from '../named.js';
import { print } from '../output.js';
import { shown } from '../shown.js';
import { editConflict } from './edit.js';
import { conflictLabel, conflictNamed, conflictsOf, keptValueText, settledValueAt } from './listed.js';

type Take = Choice['take'];

interface ChoiceOption {
  readonly name: string;
  readonly take: Take;
  readonly about: string;
  /** An older name, which works but is not shown. */
  readonly isOld?: true;
}

const CHOICES: readonly ChoiceOption[] = [
  { name: 'session', take: 'ours', about: "take the session's version (also --ours)" },
  { name: 'shared', take: 'theirs', about: 'leave the shared file as it is (also --theirs)' },
  { name: 'both', take: 'both', about: 'keep all lines, keys and items of both' },
  { name: 'edit', take: 'content', about: 'open both in $EDITOR, with conflict markers' },
  { name: 'ours', take: 'ours', about: 'the same as --session', isOld: true },
  { name: 'theirs', take: 'theirs', about: 'the same as --shared', isOld: true },
];

type Options = Readonly<Record<string, true | undefined>>;

/** `pclaudectl conflicts resolve` */
export function resolveCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('resolve')
    .description('settle a conflict, and remove the copy and the line in MEMORY.md that points to it')
    .argument('<conflict>', 'the shared file or the copy, as `pclaudectl conflicts` shows them; the end of the path will do');
  for (const choice of CHOICES) command.addOption(optionFor(choice));
  return command.action(async (file: string, options: Options) => {
    const store = await loadStoreHere(environment);
    const conflict = settledValueAt(store, pathNamed(file)) ?? conflictNamed(conflictsOf(store), file);
    const take = chosen(options);
    const settleBy = async (choice: Choice): Promise<string> => settle(realFiles, store, conflict, choice);
    if (take === 'content') refuseEdit(conflict);
    const entry = take === 'content' ? await editConflict(environment, store.stateDir, conflict, settleBy) : await settleBy({ take });
    print(`${doneLine(take, conflict)}; ${undoLine(store, conflict, entry)}\n`);
  });
}

/** Conflicts with the options for other choices. */
function optionFor({ name, take, about, isOld }: ChoiceOption): Option {
  const others = CHOICES.filter((other) => other.take !== take).map((other) => other.name);
  return new Option(`--${name}`, about).conflicts(others).hideHelp(isOld === true);
}

function chosen(options: Options): Take {
  const choice = CHOICES.find(({ name }) => options[name] === true);
  if (choice) return choice.take;
  throw new UserError('conflict-unsettled', 'which version shall stand?', 'say --session, --shared, --both or --edit');
}

/** A value that may be a secret must not get into an editor's temporary files. */
function refuseEdit(conflict: Conflict): void {
  if (conflict.kind !== 'value') return;
  throw new UserError(
    'conflict-unsettled',
    `of ${conflictLabel(conflict)} only one value can stand`,
    `settle with --session or --shared, or edit ${shown(conflict.file)} and settle with --shared`,
  );
}

function doneLine(take: Take, conflict: Conflict): string {
  const { file, ours, branch } = conflict;
  if (conflict.kind === 'value')
    return `${conflictLabel(conflict)} ${take === 'theirs' ? 'stays as it was, and' : 'now has'} ${keptValueText(conflict)}${take === 'theirs' ? ' is settled' : ''}`;
  const from = `the version of ${shown(branch)}`;
  if (take === 'theirs') return `${shown(file)} stays as it was, and ${from} (${shown(ours)}) is settled`;
  const now = { ours: from, both: `what it was and ${from}, put together`, content: 'what you made of both' } as const;
  return `${shown(file)} now is ${now[take]}`;
}

/** The command that undoes the choice, or why it cannot be undone. */
function undoLine(store: StoreHere, { kind, ours }: Conflict, id: string): string {
  if (kind === 'value') return `to undo this, for an hour: pclaudectl conflicts resolve ${shown(ours)} --session`;
  const [entry] = readLog(realFiles, logOf(store), [id]);
  if (entry?.id === id && entry.files.every(({ content }) => content.kept)) return `to undo this: pclaudectl log restore ${id}`;
  return kind === 'held'
    ? `the session's file stays in ${shown(ours)} until pclaudectl gc`
    : 'this cannot be undone: of a file that may hold secrets no older version is kept';
}
