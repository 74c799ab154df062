import { join } from 'node:path';
import { hiddenPart } from '../../../merge/index/shown-part.js';
import { findSessions } from '../../../session/list.js';
import { realFiles } from '../../../system/files/real-files.js';
import { type Check, type Finding, finding } from '../check.js';

/** Memory indexes that have grown longer than the part that the client reads, for example by the entries of several sessions. */
export const memoryIndex: Check = {
  name: 'memory-index',
  fine: 'Claude reads all of each MEMORY.md',
  needs: 'shared dir',
  find({ shared, stateDir }) {
    const projects = join(shared.dir, 'projects');
    const known = findSessions(stateDir).sessions.flatMap(({ manifest }) =>
      manifest.memoryFolder === null || manifest.shared.dir !== shared.dir ? [] : [manifest.memoryFolder],
    );
    const folders = [...realFiles.list(projects).map((slug) => join(projects, slug, 'memory')), ...known];
    const real = new Map(folders.map((folder) => join(folder, 'MEMORY.md')).map((path) => [realFiles.realPath(path), path]));
    return [...real].flatMap(([target, path]) => lookAt(target, path));
  },
};

function lookAt(target: string, path: string): Finding[] {
  const content = realFiles.kind(target) === 'file' ? realFiles.read(target) : null;
  const hidden = content === null ? undefined : hiddenPart(Buffer.from(content).toString('utf8'));
  return hidden === undefined
    ? []
    : [finding('warning', `is ${hidden}`, 'make it shorter: take out what is not needed, or put several entries into one', { path })];
}
