import { Argument, Command } from 'commander';
import { basename } from 'node:path';
import { listSessions } from '../../session/list.js';
import { loadStateDir, loadStoreHere } from '../../session/session.js';
import { readLog } from '../../sync/log/log.js';
import { realFiles } from '../../system/files/real-files.js';
import { currentFolder } from '../../system/process.js';
import { conflictsOf } from '../conflicts/listed.js';
import { logOf } from '../log/logged.js';
import { print } from '../output.js';
import { localTime, shown } from '../shown.js';
import { LIVE_KINDS, type LiveKind } from './completion.js';

/**
 * `pclaudectl complete-words`, which the shells' completions call: prints one word per line, then a tab and its description. Prints nothing
 * if the words cannot be found: the user is typing a command line.
 */
export function completeWordsCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('complete-words').addArgument(new Argument('<kind>').choices(LIVE_KINDS)).action(async (kind: LiveKind) => {
    const words = await wordsOf(environment, kind).catch(() => []);
    for (const [word, about] of words) if (!/\p{Cc}/u.test(word)) print(`${word}\t${about}\n`);
  });
}

/** A word of a live kind, and its description. */
type LiveWord = readonly [word: string, about: string];

async function wordsOf(environment: NodeJS.ProcessEnv, kind: LiveKind): Promise<LiveWord[]> {
  if (kind === 'branch' || kind === 'worktree') return inRepository(kind);
  if (kind === 'session' || kind === 'id') return sessions(await loadStateDir(environment), kind === 'id');
  const store = await loadStoreHere(environment);
  if (kind === 'entry') return entries(logOf(store));
  const found = conflictsOf(store);
  const isOnly = (name: string): boolean => found.filter(({ file }) => basename(file) === name).length === 1;
  return found.map(({ file, ours, branch }) => [isOnly(basename(file)) ? basename(file) : ours, `the version of ${shown(branch)}`]);
}

function sessions(stateDir: string, all: boolean): LiveWord[] {
  const { sessions: listed, unreadable } = listSessions(stateDir);
  const readable = listed
    .filter(({ status }) => all || status !== 'closed')
    .map(({ paths, manifest, status }): LiveWord => [paths.id, [status, shown(manifest.branch ?? '-'), shown(manifest.cwd)].join(', ')]);
  return [...readable.toReversed(), ...unreadable.map(({ paths }): LiveWord => [paths.id, 'unreadable'])];
}

/** The newest entries of a long log are enough. */
const MOST_ENTRIES = 50;

function entries(log: string): LiveWord[] {
  const offered: LiveWord[] = [];
  for (const { id, at, files } of readLog(realFiles, log)) {
    offered.push([id, `${localTime(at)}, ${files.map(({ target }) => shown(basename(target))).join(', ')}`]);
    if (offered.length === MOST_ENTRIES) break;
  }
  return offered;
}

async function inRepository(kind: 'branch' | 'worktree'): Promise<LiveWord[]> {
  const [{ listEntries, openRepository }, { git }] = await Promise.all([
    import('../../worktree/repository.js'),
    import('../../system/git/run.js'),
  ]);
  const cwd = currentFolder() ?? '/';
  if (kind === 'worktree') {
    const trees = await listEntries(await openRepository(cwd));
    return trees.flatMap(({ branch, path, kind: which }): LiveWord[] => (which === 'linked' ? [[branch ?? path, shown(path)]] : []));
  }
  const refs = await git(cwd, 'for-each-ref', '--format=%(refname:short)%09%(contents:subject)', 'refs/heads', 'refs/remotes');
  return refs.split('\n').flatMap((line): LiveWord[] => {
    const [word = '', ...subject] = line.split('\t');
    return word === '' || word.endsWith('/HEAD') || !/[^/]/.test(word) ? [] : [[word, subject.join(' ').replaceAll(/\p{Cc}/gu, ' ')]];
  });
}
