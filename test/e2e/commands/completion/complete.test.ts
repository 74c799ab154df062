import { expect, it } from 'vitest';
import { writeManifest } from '../../../../src/session/manifest.js';
import { createCompanion } from '../../../support/companion.js';

it('offers open sessions, and for the log closed ones, too, with what each is', async () => {
  const { scratch, killed, ctl } = createCompanion();
  const [closed, open] = ['main', 'feat/x'].map((branch) => killed(branch, () => {}));
  if (closed) writeManifest(closed.paths.manifest, { ...closed.manifest, state: { name: 'closed', at: 2 } });
  const words = async (kind: string): Promise<string> => (await ctl('complete-words', kind)).stdout.toString();
  const line = `${open?.paths.id}\tunmerged, feat/x, ${scratch.root}\n`;
  expect([await words('session'), await words('id')]).toEqual([line, `${line}${closed?.paths.id}\tclosed, main, ${scratch.root}\n`]);
});

it('says nothing where it cannot tell, and is in no help', async () => {
  const { ctl } = createCompanion();
  expect(await ctl('complete-words', 'branch')).toMatchObject({ stdout: Buffer.from(''), stderr: '', exitCode: 0 });
  expect((await ctl('--help')).stdout.toString()).not.toContain('complete-words');
});
