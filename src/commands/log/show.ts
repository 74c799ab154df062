import { Command, Option } from 'commander';
import type { LoggedFile } from '../../sync/log/entry.js';
import { UserError } from '../../system/errors.js';
import { loadStore, sharedFromHere } from '../../session/from-environment.js';
import { changeText, entryJson, fileJson, titleOf } from './lines.js';
import { contentsOf, lookUp, theOnly } from './logged.js';
import { hasColors, print, printJson, shown } from '../output.js';
import { paged } from '../pager.js';
import { coloured } from '../patch.js';

type Version = 'before' | 'after' | 'base';

type Options = { readonly [version in Version | 'json']?: true };

/** `pclaudectl log show` */
export function showCommand(environment: NodeJS.ProcessEnv): Command {
  const command: Command = new Command('show')
    .description('show what an entry of the log changed; of files that may hold secrets only the names of keys')
    .argument('<entry>', 'its id as `pclaudectl log` shows it, or the start of one')
    .argument('[file]', 'only this file; the end of its path will do')
    .addOption(new Option('--before', 'print the file as it was before').conflicts(['after', 'base', 'json']))
    .addOption(new Option('--after', 'print the file as it was afterwards').conflicts(['base', 'json']))
    .addOption(new Option('--base', 'print the file as it was when the session began, or last read it').conflicts('json'))
    .option('--json', 'as a JSON object, with the texts')
    .action(async (id: string, file: string | undefined, options: Options) => {
      const { stateDir } = await loadStore(environment);
      const { entry, changes } = lookUp(stateDir, sharedFromHere(environment), id, file);
      const version = (['before', 'after', 'base'] as const).find((each) => options[each] === true);
      if (version !== undefined) print(rawContent(theOnly(entry, changes), version));
      else if (options.json === true)
        printJson(
          entryJson(
            entry,
            changes.map((change) => ({ ...fileJson(change), ...contentJson(change) })),
          ),
        );
      else
        await paged(environment, command, async () =>
          print([titleOf(entry, Date.now()), ...changes.map(changeText).map((text) => (hasColors() ? coloured(text) : text))].join('')),
        );
    });
  return command;
}

function rawContent(change: LoggedFile, version: Version): Uint8Array {
  const content = contentsOf(change)[version];
  if (content !== null) return content;
  throw new UserError('no-such-entry', `there was no ${shown(change.target)} then`, 'print another version of it');
}

/** Contents as text, as `{ "base64": … }` if they are not text, or null if there was no file. */
function contentJson({ content }: LoggedFile): object {
  if (!content.kept) return {};
  const { before, after, base = before } = content;
  return { before, after, base };
}
