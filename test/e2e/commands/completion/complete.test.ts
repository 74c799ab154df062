import { expect, it } from 'vitest';
import { writeManifest } from '../../../../src/session/manifest.js';
import { createCtlFixture } from '../../../support/ctl-fixture.js';
import { git } from '../../../support/git.js';
import { changeOf, entryOf } from '../../../support/log-entries.js';

it('completion offers open sessions, for the log also closed ones, each with a description', async () => {
  const { scratch, killed, ctl } = createCtlFixture();
  const [closed, open] = ['main', 'feat/x'].map((branch) => killed(branch, () => {}));
  if (closed) writeManifest(closed.paths.manifest, { ...closed.manifest, state: { name: 'closed', at: 2 } });
  const words = async (kind: string): Promise<string> => (await ctl('complete-words', kind)).stdout.toString();
  const line = `${open?.paths.id}\tunmerged, feat/x, ${scratch.root}\n`;
  expect([await words('session'), await words('id')]).toEqual([line, `${line}${closed?.paths.id}\tclosed, main, ${scratch.root}\n`]);
});

it('completion offers branches, worktrees, conflicts and log entries, each with a description', async () => {
  const { scratch, ctlWith } = createCtlFixture();
  const [tree, log] = [scratch.at('two'), `state/log/${scratch.at('shared').replaceAll(/[^a-zA-Z0-9]/g, '-')}/000001.jsonl`];
  await git(scratch.root, 'init', '--quiet', '--initial-branch=main');
  for (const subject of ['Begin', 'Go\ton']) await git(scratch.root, 'commit', '--quiet', '--allow-empty', `--message=${subject}`);
  await git(scratch.root, 'branch', 'old', 'main~1');
  await git(scratch.root, 'worktree', 'add', '--quiet', '-b', 'feat/two', tree);
  scratch.write('shared/notes.conflict-feat-x-0123456789.md', 'ours\n');
  for (const id of ['0123456789', 'abcdefghij']) scratch.write(`shared/twice.conflict-main-${id}.md`, 'ours\n');
  const files = [changeOf('/memory/one.md', null, 'text'), changeOf('/memory/two.md', null, 'text')];
  scratch.write(log, JSON.stringify(entryOf('4t1bq9zd0e', { at: Date.UTC(2026, 0, 31, 23, 5, 9), files })));
  const words = async (kind: string): Promise<string[]> =>
    (await ctlWith({ TZ: 'UTC' }, 'complete-words', kind)).stdout.toString().trimEnd().split('\n');
  expect([await words('branch'), await words('worktree'), await words('conflict'), await words('entry')]).toEqual([
    ['feat/two\tGo on', 'main\tGo on', 'old\tBegin'],
    [`feat/two\t${tree}`],
    [
      'notes.md\tthe version of feat-x',
      `${scratch.at('shared/twice.conflict-main-0123456789.md')}\tthe version of main`,
      `${scratch.at('shared/twice.conflict-main-abcdefghij.md')}\tthe version of main`,
    ],
    ['4t1bq9zd0e\t2026-01-31 23:05:09, one.md, two.md'],
  ]);
});

it('completion prints nothing if it finds nothing to offer, and no help lists it', async () => {
  const { ctl } = createCtlFixture();
  expect(await ctl('complete-words', 'branch')).toMatchObject({ stdout: Buffer.from(''), stderr: '', exitCode: 0 });
  expect((await ctl('--help')).stdout.toString()).not.toContain('complete-words');
});
