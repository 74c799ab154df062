import { expect, it } from 'vitest';
import { writeManifest } from '../../../../src/session/manifest.js';
import { createCtlFixture } from '../../../support/ctl-fixture.js';

it('completion offers open sessions, for the log also closed ones, each with a description', async () => {
  const { scratch, killed, ctl } = createCtlFixture();
  const [closed, open] = ['main', 'feat/x'].map((branch) => killed(branch, () => {}));
  if (closed) writeManifest(closed.paths.manifest, { ...closed.manifest, state: { name: 'closed', at: 2 } });
  const words = async (kind: string): Promise<string> => (await ctl('complete-words', kind)).stdout.toString();
  const line = `${open?.paths.id}\tunmerged, feat/x, ${scratch.root}\n`;
  expect([await words('session'), await words('id')]).toEqual([line, `${line}${closed?.paths.id}\tclosed, main, ${scratch.root}\n`]);
});

it('completion prints nothing if it finds nothing to offer, and no help lists it', async () => {
  const { ctl } = createCtlFixture();
  expect(await ctl('complete-words', 'branch')).toMatchObject({ stdout: Buffer.from(''), stderr: '', exitCode: 0 });
  expect((await ctl('--help')).stdout.toString()).not.toContain('complete-words');
});
