import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Place, ShellPlaces, ShellPlan, TreeName } from '../../../src/overlay/shell/places.js';
import { run } from '../../support/run.js';
import type { Scratch } from '../../support/scratch.js';

/** A user's home with a shared dir, a session's home that links to it, and a project. */
export interface World {
  readonly places: ShellPlaces;
  readonly privateRoot: (tree: TreeName) => string;
  /** All that is overlaid, by path; the text of files with the world's own paths left out. */
  readonly shared: () => Record<string, string>;
  readonly project: () => Record<string, string>;
  /** Runs a command as the client does, and says what came of it, paths of the world left out. */
  readonly bash: (command: string) => Promise<string>;
  /** Puts what a plan asks for into the private folders; returns what brings it back. */
  readonly copyUp: (plan: ShellPlan) => () => void;
}

const OVERLAID = ['skills', 'agents', 'hooks', 'rules', 'CLAUDE.md'];
const MEMORY = 'projects/-p/memory';

const FILES: Readonly<Record<string, string>> = {
  'skills/_index.md': '# Skills\n- [pdf](pdf/SKILL.md)\n- [x](x/SKILL.md)\n',
  'skills/pdf/SKILL.md': '---\nname: pdf\n---\nfoo\nuse scripts/fill.sh\n',
  'skills/pdf/scripts/fill.sh': '. "$(dirname "$0")/lib.sh"\nfill "$@"\n',
  'skills/pdf/scripts/lib.sh': 'fill() { echo "filled $* by $(cat "$(dirname "$0")/../data.txt")"; }\n',
  'skills/pdf/data.txt': 'data 1\n',
  'skills/x/SKILL.md': 'foo one\nfoo two\n',
  'skills/x/notes.bak': 'old\n',
  'skills/x/refs/a.md': 'foo a\n',
  'skills/x/refs/b.md': 'b\n',
  'skills/with blank/SKILL.md': 'foo blank\n',
  'skills/ümläut/SKILL.md': 'foo ü\n',
  'skills/old/one.md': '1\n',
  'skills/old/two.md': '2\n',
  'agents/reviewer.md': 'foo reviewer\n',
  'hooks/check.sh': 'echo checked by $(basename "$0")\n',
  'rules/style.md': 'tabs\n',
  'CLAUDE.md': '# Mine\nfoo\n',
  'settings.json': '{"a":1}\n',
  [`${MEMORY}/MEMORY.md`]: '- [a](a.md)\n',
  [`${MEMORY}/a.md`]: 'foo memory\n',
};

export interface WorldOptions {
  /** The name of a folder above the private ones. */
  readonly state?: string;
  /** `CLAUDE_CONFIG_DIR` is a home with links; else the shared dir itself. */
  readonly session?: boolean;
}

export function createWorld(scratch: Scratch, name: string, { state = 'upper', session = false }: WorldOptions = {}): World {
  const root = scratch.folder(name);
  const at = (...parts: string[]): string => join(root, ...parts);
  const lower = at('home/.claude');
  for (const [place, text] of Object.entries(FILES)) scratch.write(join(lower, place), text);
  scratch.link(join(lower, 'agents/linked'), '../skills/x');
  scratch.write(at('proj/README.md'), 'the project\n');
  scratch.write(at('proj/new/SKILL.md'), 'a new skill\n');
  scratch.write(at('proj/new/more/c.md'), 'c\n');
  scratch.write(at('proj/fix.patch'), '--- a/SKILL.md\n+++ b/SKILL.md\n@@ -1,2 +1,2 @@\n-foo one\n+bar one\n foo two\n');
  scratch.folder(at('tmp'));
  scratch.folder(at('state'));
  for (const place of ['skills', 'agents', 'CLAUDE.md']) scratch.link(at('session/.claude', place), join(lower, place));
  const privateRoot = (tree: TreeName): string => at('state', state, tree === 'config' ? '.claude' : 'memory');
  const sharedRoot = (tree: TreeName): string => (tree === 'config' ? lower : join(lower, MEMORY));
  const env = { HOME: at('home'), CLAUDE_CONFIG_DIR: session ? at('session/.claude') : lower, PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', TMPDIR: at('tmp') };
  const roots = (['memory', 'config'] as const).flatMap((tree) => {
    // GNU programs quote such paths in their messages.
    const inQuotes = privateRoot(tree).replaceAll("'", String.raw`'\''`);
    return [[inQuotes, sharedRoot(tree)], [privateRoot(tree), sharedRoot(tree)]] as const;
  });
  // The links in the home of the session lead to the same files.
  const plain = (text: string): string => [...roots, [env.CLAUDE_CONFIG_DIR, lower] as const].reduce((changed, [from, to]) => changed.replaceAll(from, to), text).replaceAll(root, '<root>');
  return {
    privateRoot,
    places: {
      home: env.HOME,
      variables: { CLAUDE_CONFIG_DIR: env.CLAUDE_CONFIG_DIR },
      cwd: at('proj'),
      hints: ['.claude', 'CLAUDE_CONFIG_DIR', root],
      placeOf: (path) => placeIn(lower, path) ?? placeIn(env.CLAUDE_CONFIG_DIR, path),
      isFolder: (path) => existsSync(path) && statSync(path).isDirectory(),
      returnsFrom: (folder) => !folder.startsWith(at('proj')) && !folder.includes('/kept/'),
      isLink: (path) => !path.startsWith(at('session')) && isLink(path),
    },
    shared: () =>
      Object.fromEntries(Object.entries(listing(lower)).flatMap(([path, entry]) => (placeIn(lower, join(lower, path)) === undefined ? [] : [[path, entry.replaceAll(root, '<root>')]]))),
    project: () => Object.fromEntries(Object.entries(listing(at('proj'))).map(([path, entry]) => [path, entry.replaceAll(root, '<root>')])),
    async bash(command) {
      const script = 'eval "$1" && printf "in %s" "$PWD"';
      const { stdout, stderr, exitCode } = await run({ name: 'bash', file: 'bash', args: ['-c', script, 'bash'], env: {} }, [command], { cwd: at('proj'), env });
      return plain(`${stdout.toString()}\nstderr: ${stderr}\ncode: ${exitCode}`);
    },
    copyUp({ folders, copies }) {
      for (const { tree, place } of [...folders, { tree: 'config', place: '' } as const, { tree: 'memory', place: '' } as const]) {
        if (existsSync(join(sharedRoot(tree), place)) && statSync(join(sharedRoot(tree), place)).isDirectory()) mkdirSync(join(privateRoot(tree), place), { recursive: true });
      }
      for (const { tree, place, whole } of copies) copy(join(sharedRoot(tree), place), join(privateRoot(tree), place), whole);
      const before = { config: listing(privateRoot('config')), memory: listing(privateRoot('memory')) };
      return () => {
        for (const tree of ['config', 'memory'] as const) bringBack(privateRoot(tree), sharedRoot(tree), before[tree]);
      };
    },
  };
}

function placeIn(root: string, path: string): Place | undefined {
  if (!path.startsWith(`${root}/`)) return undefined;
  const place = path.slice(root.length + 1);
  if (place.startsWith(`${MEMORY}/`)) return { tree: 'memory', place: place.slice(MEMORY.length + 1) };
  return OVERLAID.includes(place.split('/')[0] ?? '') ? { tree: 'config', place } : undefined;
}

function isLink(path: string): boolean {
  const folder = dirname(path);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return false;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isSymbolicLink() && entry.name === basename(path));
}

function copy(from: string, to: string, whole: boolean): void {
  if (!existsSync(from) && !isLink(from)) return;
  if (lstatSync(from).isDirectory() && !whole) mkdirSync(to, { recursive: true });
  else cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** What a merge does when nobody else has changed anything. */
function bringBack(from: string, to: string, before: Readonly<Record<string, string>>): void {
  const after = listing(from);
  for (const place of Object.keys(before).toSorted().toReversed()) {
    if (!(place in after)) rmSync(join(to, place), { recursive: true, force: true });
  }
  for (const [place, entry] of Object.entries(after)) {
    if (before[place] === entry) continue;
    const [source, target] = [join(from, place), join(to, place)];
    if (entry === 'folder') {
      if (existsSync(target) && !statSync(target).isDirectory()) rmSync(target);
      mkdirSync(target, { recursive: true });
    }
    else if (entry.startsWith('-> ')) {
      rmSync(target, { recursive: true, force: true });
      symlinkSync(readlinkSync(source), target);
    } else {
      mkdirSync(dirname(target), { recursive: true });
      rmSync(target, { recursive: true, force: true });
      cpSync(source, target);
      chmodSync(target, statSync(source).mode);
    }
  }
}

/** All that is in a folder, folders too, with the right to execute. */
function listing(folder: string, prefix = ''): Record<string, string> {
  return Object.assign({}, ...readdirSync(join(folder, prefix)).toSorted().map((name): Record<string, string> => {
    const place = join(prefix, name);
    const path = join(folder, place);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return { [place]: `-> ${readlinkSync(path)}` };
    if (stat.isDirectory()) return { [place]: 'folder', ...listing(folder, place) };
    return { [place]: `${(stat.mode & 0o100) === 0 ? '' : 'x '}${readFileSync(path, 'utf8')}` };
  }));
}
