import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../layout/layout.js';
import { type SharedDir, sharedPath } from '../layout/shared-dir.js';
import type { Driver } from '../merge/merge.js';
import { lostIn } from '../merge/json/lost-sections.js';
import { settled } from '../platform/settled.js';
import { goodFolder } from '../session/paths.js';
import type { Config } from './config.js';
import { report } from './report.js';
import type { Voice } from './voice.js';

/**
 * Says, before a session begins, which of the shared files with settings, rules or a login cannot be read, or have lost most of what
 * they held. A file that is as it was when its good version was kept costs a look at two files; what a broken one takes to be told of
 * is only loaded then. What cannot be read at all is left to others to tell.
 */
export async function tellOfMishaps({ stateDir }: Config, layout: Layout, shared: SharedDir, voice: Voice): Promise<void> {
  if (voice === 'none') return;
  const folder = settled(() => goodFolder(stateDir, realpathSync.native(shared.dir)));
  if (folder.status === 'rejected' || !guarded(layout).some((name) => seemsHarmed(layout, sharedPath(shared, name), join(folder.value, name), name))) return;
  const { harmedLines } = await import('./harmed-lines.js');
  for (const line of harmedLines({ stateDir, layout }, shared)) report(line);
}

function guarded({ drivers }: Layout): string[] {
  return drivers.flatMap(({ path, driver }) => (path.startsWith('/') && sectionsOf(driver).length > 0 ? [path.slice(1)] : []));
}

function sectionsOf(driver: Driver | undefined): readonly string[] {
  return driver?.kind === 'json' ? driver.rules.sections : [];
}

/** Quick, and true also for some files that are well: those with comments, for example. */
function seemsHarmed({ drivers }: Layout, path: string, kept: string, name: string): boolean {
  const look = settled(() => {
    const [now, then] = [path, kept].map((each) => statSync(each, { throwIfNoEntry: false }));
    if (now === undefined || !now.isFile() || (then !== undefined && now.mtimeMs <= then.mtimeMs && now.size === then.size)) return false;
    const present: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (then === undefined) return false;
    const sections = sectionsOf(drivers.find((row) => row.path === `/${name}`)?.driver);
    return lostIn(JSON.parse(readFileSync(kept, 'utf8')), present, sections).length > 0;
  });
  return look.status === 'fulfilled' ? look.value : look.reason instanceof SyntaxError;
}
