import { Command } from 'commander';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { styleText } from 'node:util';
import { loadConfig } from '../../config/config.js';
import { loadStoreHere } from '../../session/session.js';
import { fixHomePaths } from '../../sync/by-hand/fix-paths.js';
import { isUserError } from '../../system/errors.js';
import { realFiles } from '../../system/files/real-files.js';
import { currentFolder } from '../../system/process.js';
import { hasColors, print, printJson, terminalWidth } from '../output.js';
import { shown } from '../shown.js';
import { type DoctorContext, failureOf, finding, type Level } from './check.js';
import { examine, type Examined } from './examine.js';

interface Options {
  readonly verbose?: true;
  readonly fix?: true;
  readonly json?: true;
}

/** `pclaudectl doctor`. `program` is the path by which this script was started. */
export function doctorCommand(environment: NodeJS.ProcessEnv, program: string): Command {
  return new Command('doctor')
    .description(
      'look for what is wrong with the client, the shared dir and the sessions, and say what to do; changes nothing without --fix',
    )
    .option('-v, --verbose', 'also what is well')
    .option('--fix', 'first write the shared paths into shared files that name homes of sessions')
    .option('--json', 'as JSON')
    .action(async ({ verbose, fix, json }: Options) => {
      const found = await examineHere(environment, program, fix === true);
      if (json === true) printJson(doctorJson(found));
      else print(doctorText(found, { all: verbose === true, colors: hasColors(), width: terminalWidth() }));
      if (found.some(({ level }) => level === 'warning' || level === 'error')) process.exitCode = 1;
    });
}

/** If the config cannot be read, that is the only finding. */
async function examineHere(environment: NodeJS.ProcessEnv, program: string, fix: boolean): Promise<Examined[]> {
  try {
    const context = await doctorContext(environment, program);
    const fixed = fix ? await fixPaths(context) : [];
    return [...fixed, ...(await examine(context))];
  } catch (error) {
    if (!isUserError(error)) throw error;
    return [{ check: 'config', ...finding('error', error.message, error.hint) }];
  }
}

/** Without a state dir there are no homes. */
async function fixPaths(context: DoctorContext): Promise<Examined[]> {
  if (realFiles.kind(realFiles.realPath(context.stateDir)) !== 'folder') return [];
  try {
    const fixed = await fixHomePaths(realFiles, context);
    return fixed.map((path) => ({
      check: 'session-paths',
      ...finding('note', 'named homes of sessions; it names the shared dir now', null, { path }),
    }));
  } catch (error) {
    const { message, hint } = failureOf(error);
    return [{ check: 'session-paths', ...finding('error', `cannot be fixed: ${message}`, hint ?? 'correct that, and try again') }];
  }
}

async function doctorContext(environment: NodeJS.ProcessEnv, program: string): Promise<DoctorContext> {
  return {
    ...(await loadStoreHere(environment)),
    environment,
    cwd: currentFolder() ?? '/',
    // The launcher is beside this script. `findClient` accepts neither of them as the client.
    program: join(dirname(realpathSync.native(program)), 'pclaude.js'),
    config: await loadConfig(environment),
    now: Date.now(),
  };
}

interface DoctorStyle {
  /** Also print findings with level `ok`. */
  readonly all: boolean;
  readonly colors: boolean;
  /** The width of the terminal, for breaking lines between words; undefined prints each finding on one line. */
  readonly width: number | undefined;
}

const COLORS = { ok: 'green', note: 'cyan', warning: 'yellow', error: 'red' } as const satisfies Record<Level, string>;

/** Fits the names of all levels and a gap. */
const INDENT = 9;

/** The findings, one after the other, and a summary as the last line. */
export function doctorText(found: readonly Examined[], style: DoctorStyle): string {
  const lines = found.filter(({ level }) => style.all || level !== 'ok').map((each) => lineOf(each, style));
  return [...lines, summaryOf(found)].map((line) => `${line}\n`).join('');
}

/** The findings as JSON for other programs; see docs/doctor.md. */
export function doctorJson(found: readonly Examined[]): object {
  return { version: 1, ...countsOf(found), findings: found };
}

function lineOf({ level, what, path, session, todo }: Examined, { colors, width }: DoctorStyle): string {
  const subject = path !== null ? shown(path) : session === null ? undefined : `session ${session}`;
  const text = `${subject === undefined ? '' : `${subject}: `}${what}${todo === null ? '' : `; ${todo}`}`.replaceAll(/\p{Cc}/gu, '?');
  const name = level.padEnd(INDENT);
  return (colors ? styleText(COLORS[level], name, { validateStream: false }) : name) + broken(text, width);
}

/** Breaks a text between words, indented beside the name of the level. A word that is too long is not broken, so that it can be copied. */
function broken(text: string, width: number | undefined): string {
  if (width === undefined || width < 40) return text;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && INDENT + line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(INDENT)}`);
}

function summaryOf(found: readonly Examined[]): string {
  const { errors, warnings, notes } = countsOf(found);
  const troubles = [many(errors, 'error'), many(warnings, 'warning'), many(notes, 'note')].filter((text) => text !== undefined).join(', ');
  if (errors + warnings > 0) return troubles;
  return `nothing is wrong${notes > 0 ? ` (${troubles})` : ''}`;
}

function many(count: number, word: string): string | undefined {
  return count === 0 ? undefined : `${count} ${word}${count === 1 ? '' : 's'}`;
}

function countsOf(found: readonly Examined[]): { readonly errors: number; readonly warnings: number; readonly notes: number } {
  const count = (wanted: Level): number => found.filter(({ level }) => level === wanted).length;
  return { errors: count('error'), warnings: count('warning'), notes: count('note') };
}
