import { Command, Option } from 'commander';
import { decodeText, encodeText } from '../merge/bytes.js';
import { hasMarkers, withMarkers } from '../merge/text/markers.js';
import { KnownError } from '../platform/errors.js';
import { type Conflict, readOurs } from '../sync/conflicts.js';
import { realFiles } from '../sync/files.js';
import { type Choice, readShared, settle } from '../sync/settle.js';
import { loadStore, sharedFromHere } from './context.js';
import { editText } from './editor.js';
import { firstThatFit } from './named-file.js';
import { shown } from './output.js';
import { conflictsOf } from './shared-conflicts.js';

interface Options {
  readonly ours?: true;
  readonly theirs?: true;
  readonly both?: true;
  readonly edit?: true;
}

/** `pclaudectl conflicts resolve` */
export function resolveCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('resolve')
    .description('settle a conflict, and remove the copy and the line in MEMORY.md that points to it')
    .argument('<file>', 'the shared file or the copy, as `pclaudectl conflicts` shows them; the end of the path will do')
    .addOption(new Option('--ours', "take the session's version").conflicts(['theirs', 'both', 'edit']))
    .addOption(new Option('--theirs', 'leave the shared file as it is').conflicts(['both', 'edit']))
    .addOption(new Option('--both', 'keep all lines, keys and items of both').conflicts('edit'))
    .option('--edit', 'open both in $EDITOR, with conflict markers')
    .action(async (file: string, options: Options) => {
      const store = await loadStore(environment);
      const shared = sharedFromHere(environment);
      const conflict = find(conflictsOf(store, shared), file);
      const choice = chosen(options) ?? edited(environment, store.stateDir, conflict);
      await settle(realFiles, { ...store, shared }, conflict, choice);
    });
}

function chosen({ ours, theirs, both, edit }: Options): Choice | undefined {
  if (edit === true) return undefined;
  const take = ours === true ? 'ours' : theirs === true ? 'theirs' : both === true ? 'both' : undefined;
  if (take === undefined) throw new KnownError('conflict-unsettled', 'which version shall stand?', 'say --ours, --theirs, --both or --edit');
  return { take };
}

/** The one conflict that a path, or the end of one, means. Throws `no-such-conflict`. */
function find(conflicts: readonly Conflict[], named: string): Conflict {
  const [found, ...more] = firstThatFit(conflicts, named, ({ file, ours }) => [file, ours]);
  if (!found) throw new KnownError('no-such-conflict', `there is no conflict of ${shown(named)}`, 'see: pclaudectl conflicts');
  if (more.length === 0) return found;
  const names = [found, ...more].map(({ ours }) => shown(ours)).join(', ');
  throw new KnownError('no-such-conflict', `${shown(named)} means ${more.length + 1} conflicts`, `name one of ${names}`);
}

function edited(environment: NodeJS.ProcessEnv, stateDir: string, conflict: Conflict): Choice {
  const { file, ours, branch } = conflict;
  const labels = { theirs: 'shared', ours: branch };
  const theirs = readShared(realFiles, conflict);
  const mine = readOurs(realFiles, conflict);
  if (mine === null) throw new KnownError('conflict-unsettled', `${shown(ours)} is gone`, 'look again with: pclaudectl conflicts');
  const [other, own] = [theirs ?? new Uint8Array(), mine].map(decodeText);
  const text = typeof other === 'string' && typeof own === 'string' ? withMarkers(other, own, labels) : null;
  if (text === null) throw new KnownError('conflict-unsettled', `${shown(file)} is no text`, 'settle with --ours or --theirs');
  const result = editText(environment, stateDir, file, text);
  if (hasMarkers(result, labels)) throw new KnownError('conflict-unsettled', `there are still conflict markers in ${shown(file)}; nothing was changed`, 'try again, and take them out');
  return { take: 'content', content: encodeText(result), theirs };
}
