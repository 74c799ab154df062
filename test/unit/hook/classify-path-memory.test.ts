import { expect, it } from 'vitest';
import { pathInMemory, pathInSession } from '../../../src/hook/classify-path.js';

const folders: Readonly<Record<string, string | null>> = { one: '/c/projects/p/memory', other: '/c/projects/q/memory', none: null };
const shared = { dir: '/c', stateFile: '/c/.claude.json', userValue: '/c' };

it.each([
  ['/c/projects/p/memory/a.md', 'a.md'],
  ['/c/projects/p/memory/x/a.md', 'x/a.md'],
  ['/real/memory/a.md', 'a.md'],
  ['/s/one/.claude/projects/p/memory/x/a.md', 'x/a.md'],
  ['/s/one/.claude/projects/other/memory/a.md', undefined],
  ['/s/one/.claude/projects/p/a.md', undefined],
  ['/s/one/.claude/projects/p/memory', undefined],
  ['/s/one/notes/a.md', 'a.md'],
  ['/s/one/notes/x/a.md', 'x/a.md'],
  ['/s/gone/notes/a.md', 'a.md'],
  ['/s/none/notes/a.md', 'a.md'],
  ['/s/other/notes/a.md', undefined],
  ['/s/one/notes', undefined],
  ['/s/one/notes/../base/notes/a.md', undefined],
  ['/s/one/old-notes/a.md', undefined],
  ['/s/one/memory', undefined],
  ['/s', undefined],
  ['/c/projects/p/memory', undefined],
  ['/c/projects/p/memory/../secret', undefined],
  ['/c/projects/p/memory/..hidden.md', '..hidden.md'],
  ['/c/projects/p/memory2/a.md', undefined],
  ['/etc/passwd', undefined],
])('pathInMemory of %s', (path, inFolder) => {
  const inSession = pathInSession('/s', path, (id) => {
    const memoryFolder = folders[id];
    return memoryFolder === undefined ? undefined : { shared, memoryFolder };
  });
  expect(pathInMemory({ spelled: '/c/projects/p/memory', real: '/real/memory' }, path, inSession)).toBe(inFolder);
});
