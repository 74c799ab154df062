import { Command, Option } from 'commander';
import { fstatSync, readFileSync } from 'node:fs';
import { appendToFile, mergeIntoFile, writeFile } from '../coordination/files/write.js';
import { loadWriteContext, type WriteContext } from '../coordination/files/writing.js';
import { UserError } from '../system/errors.js';
import { shown } from './shown.js';

interface Options {
  readonly append?: true;
  readonly merge?: true;
  readonly base?: string;
}

/** `pclaudectl write` */
export function writeCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('write')
    .description('replace a file atomically with standard input, of up to 64 MiB; writers take turns')
    .argument('<file>')
    .option('--append', 'add it to the end of the file')
    .addOption(new Option('--merge', 'merge it with what others have made of the file; with --base').conflicts('append'))
    .option('--base <file>', 'with --merge: a copy of the file as you had read it');
  return command.action(async (file: string, { append, merge, base }: Options) => {
    if ((merge === true) !== (base !== undefined)) command.error('error: --merge and --base go together');
    const context = await loadWriteContext(environment);
    const read = base === undefined ? null : readFileSync(base);
    const content = await readInput(file);
    if (read !== null) await mergeIn(context, file, read, content);
    else await (append === true ? appendToFile(context, file, content) : writeFile(context, file, content));
  });
}

/** The input is kept in memory. A larger input is endless, or is not a file that sessions share. */
const MOST_MIB = 64;

/**
 * Reads all input before the turn is taken, so that no other writer waits for the input. Writes nothing if it cannot be read completely.
 */
async function readInput(file: string): Promise<Uint8Array> {
  if (process.stdin.isTTY) {
    const hint = `say what to write: some-command | pclaudectl write ${shown(file)}`;
    throw new UserError('no-input', 'the content comes on standard input, which is a terminal', hint);
  }
  // Node reports empty input for a folder.
  if (fstatSync(process.stdin.fd).isDirectory()) {
    throw new UserError('no-input', 'standard input is a folder', 'give the content of a file');
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MOST_MIB * 1024 * 1024)
      throw new UserError(
        'no-input',
        `standard input has more than ${MOST_MIB} MiB; nothing was written`,
        'does the command before the pipe end by itself?',
      );
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

async function mergeIn(context: WriteContext, file: string, base: Uint8Array, ours: Uint8Array): Promise<void> {
  const result = await mergeIntoFile(context, file, { base, ours });
  if (result.outcome !== 'conflict') return;
  const { copy } = result;
  const hint =
    copy === null
      ? 'it may hold secrets, so yours is kept nowhere: merge by hand'
      : `it stands as it was; yours is in ${shown(copy)}: merge by hand, and remove that`;
  throw new UserError('write-conflict', `${shown(file)} and what you wrote contradict each other`, hint);
}
