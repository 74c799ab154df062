import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';

// Moves source files, and changes every path that names one of them: `tsx scripts/move.ts TABLE`. A line of the table is an old and a new
// path from the root of the project. Run it in a clean checkout.

const [, , table = ''] = process.argv;
const moves = new Map<string, string>();
for (const line of readFileSync(table, 'utf8').split('\n')) {
  const [from, to] = line.trim().split(/\s+/);
  if (from !== undefined && to !== undefined) moves.set(from, to);
}
const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\n').filter((path) => path !== '' && existsSync(path));
const missing = [...moves.keys()].filter((path) => !tracked.includes(path));
if (missing.length > 0) throw new Error(`not in the repository: ${missing.join(', ')}`);

/** A relative path in a place where the language or the runtime resolves it from the file that it is in. */
const REFERENCE = /((?:\bfrom|\bimport|\bimport\(|\bnew URL\(|\bmock\()\s*)(['"`])(\.{1,2}\/[^'"`]*|\.\.)(['"`])|(\bnew URL\()(['"`])([\w-]+\.[a-z]+)(['"`])(?=, import\.meta\.url)/g;

const contents = new Map<string, string>();
for (const path of tracked) {
  if (!['.ts', '.md', '.json', '.jsonc', '.sh', '.pl'].includes(extname(path)) || path === 'package-lock.json') continue;
  const before = readFileSync(path, 'utf8');
  const after = withNamedPaths(extname(path) === '.ts' ? withReferences(path, before) : before);
  if (after !== before) contents.set(path, after);
}
for (const [path, content] of contents) writeFileSync(path, content);
for (const [from, to] of moves) {
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}
execFileSync('git', ['add', '-A']);

function withReferences(path: string, text: string): string {
  const place = dirname(moves.get(path) ?? path);
  return text.replace(REFERENCE, (whole, before: string | undefined, quote: string, named: string | undefined, _end, url: string, urlQuote: string, sibling: string) => {
    const specifier = named ?? sibling;
    const target = join(dirname(path), specifier);
    const source = target.replace(/\.js$/, '.ts');
    const moved = moves.get(source) ?? moves.get(target);
    if (moved === undefined && place === dirname(path)) return whole;
    const resolved = moved ?? target;
    const spelled = relative(place, moved !== undefined && source !== target ? resolved.replace(/\.ts$/, '.js') : resolved);
    const isUrl = (before ?? url).includes('URL');
    const written = spelled.startsWith('.') || (isUrl && named === undefined) ? spelled || '.' : `./${spelled}`;
    const ends = specifier.endsWith('/') && !written.endsWith('/') ? `${written}/` : written;
    return `${before ?? url}${quote ?? urlQuote}${ends}${quote ?? urlQuote}`;
  });
}

/** Paths from the root, in comments and pages. */
function withNamedPaths(text: string): string {
  return text.replace(/\b(?:src|test)\/[\w./-]+\.\w+/g, (path) => moves.get(path) ?? path);
}
