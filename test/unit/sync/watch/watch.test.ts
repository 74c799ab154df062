import { renameSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { watch, watchedFolders } from '../../../../src/sync/watch/watch.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { atEnd } from '../../../support/lifetime.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { openSession, type OpenSession } from '../../../support/session.js';
import { eventually } from '../../../support/wait.js';

function watched(): { scratch: Scratch; session: OpenSession; seen: Set<string> } {
  const scratch = createScratch();
  scratch.write('dotfiles/settings', '{}');
  scratch.link('shared/settings.json', '../dotfiles/settings');
  scratch.write('shared/projects/p/memory/MEMORY.md', '# Memory\n');
  scratch.write('shared/plans/a/b.md', 'plan\n');
  const session = openSession(scratch, 'one');
  realFiles.makeFolder(session.paths.unverified);
  const seen = new Set<string>();
  atEnd(watch(watchedFolders(realFiles, session), (path) => void seen.add(path ?? '?')));
  return { scratch, session, seen };
}

it('sees changes that concern a session, whatever their real path, and nothing else', async () => {
  const { scratch, session, seen } = watched();
  const { home, unverified: calls } = session.paths;
  const paths = [
    `${home}/settings.json`,
    `${home}/plans/a/b.md`,
    scratch.at('dotfiles/settings'),
    scratch.at('shared/keybindings.json'),
    scratch.at('shared/projects/p/memory/x.md'),
    `${calls}/c`,
  ];
  for (const path of [`${home}/daemon.lock`, scratch.at('shared/history.jsonl'), scratch.at('dotfiles/other'), ...paths]) {
    writeFileSync(`${path}.pclaude-tmp`, 'x');
    renameSync(`${path}.pclaude-tmp`, path);
  }
  await eventually(() => paths.every((path) => seen.has(path)), `all of ${paths.join(', ')}`);
  expect([...seen].toSorted()).toEqual(paths.toSorted());
});

it('polls if a folder cannot be watched', async () => {
  let times = 0;
  atEnd(watch([{ path: '/missing/folder', deep: false, concerns: () => true }], () => void (times += 1)));
  await eventually(() => times > 0, 'a look');
  expect(times).toBe(1);
});
