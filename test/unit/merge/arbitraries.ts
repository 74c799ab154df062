import * as fc from 'fast-check';

/** Three versions of one file as text. */
export interface Story {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

const word = fc.constantFrom('auth', 'build', 'cache', 'deploy', 'flaky', 'hook', 'index', 'latency', 'merge', 'naming', 'queue', 'retry');
const phrase = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
const heading = fc.tuple(fc.constantFrom('#', '##', '###'), phrase).map(([marks, title]) => `${marks} ${title}`);
const bullet = phrase.map((text) => `- ${text}`);
const prose = fc.array(phrase, { minLength: 1, maxLength: 3 }).map((lines) => lines.map((line) => `${line}.`));
const fence = fc.array(phrase, { minLength: 1, maxLength: 3 }).map((code) => ['```sh', ...code, '```']);
const block = fc.oneof(
  { weight: 3, arbitrary: fc.array(bullet, { minLength: 1, maxLength: 4 }) },
  { weight: 2, arbitrary: prose },
  { weight: 1, arbitrary: fence },
);

/** A section as a model writes it: a heading and blocks, with empty lines between. */
const section: fc.Arbitrary<string[]> = fc
  .tuple(heading, fc.array(block, { minLength: 1, maxLength: 3 }))
  .map(([title, blocks]) => [title, ...blocks.flatMap((lines) => ['', ...lines])]);

const noteLines = fc
  .array(section, { minLength: 0, maxLength: 5 })
  .map((sections) => sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])));

/** One change of a list of lines; `at` is a position between 0 and 1, so that it fits lists of any length. */
type Change =
  | { readonly kind: 'insert'; readonly at: number; readonly lines: readonly string[] }
  | { readonly kind: 'append'; readonly lines: readonly string[] }
  | { readonly kind: 'replace'; readonly at: number; readonly lines: readonly string[] }
  | { readonly kind: 'delete'; readonly at: number; readonly count: number };

const place = fc.double({ min: 0, max: 1, noNaN: true });

function changeWith(lines: fc.Arbitrary<string[]>): fc.Arbitrary<Change> {
  return fc.oneof(
    fc.record({ kind: fc.constant('insert' as const), at: place, lines }),
    fc.record({ kind: fc.constant('append' as const), lines }),
    fc.record({ kind: fc.constant('replace' as const), at: place, lines }),
    fc.record({ kind: fc.constant('delete' as const), at: place, count: fc.integer({ min: 1, max: 4 }) }),
  );
}

function applyChange(lines: readonly string[], change: Change): string[] {
  if (change.kind === 'append') {
    return [...lines, ...change.lines];
  }
  const at = Math.floor(change.at * lines.length);
  const count = change.kind === 'delete' ? change.count : change.kind === 'replace' ? 1 : 0;
  return lines.toSpliced(at, count, ...(change.kind === 'delete' ? [] : change.lines));
}

function versionsOf(base: fc.Arbitrary<string[]>, change: fc.Arbitrary<Change>, count: number): fc.Arbitrary<string[][]> {
  const changes = fc.array(change, { minLength: 0, maxLength: 3 });
  return fc
    .tuple(base, fc.array(changes, { minLength: count, maxLength: count }))
    .map(([lines, sides]) => [lines, ...sides.map((side) => side.reduce(applyChange, lines))]);
}

const noteChange = changeWith(
  fc.oneof(
    fc.array(bullet, { minLength: 1, maxLength: 2 }),
    prose,
    section.map((lines) => ['', ...lines]),
    fence.map((lines) => ['', ...lines]),
  ),
);

const ending = fc.constantFrom('\n', '\r\n');

function toText(lines: readonly string[], eol = '\n'): string {
  return lines.map((line) => line + eol).join('');
}

/** A note and `count` sessions' versions of it. */
export function notes(count: number): fc.Arbitrary<string[]> {
  return fc.tuple(versionsOf(noteLines, noteChange, count), ending).map(([versions, eol]) => versions.map((lines) => toText(lines, eol)));
}

const tagged = fc.tuple(phrase, fc.integer({ min: 0, max: 1e9 })).map(([text, tag]) => `${text} ${tag}`);
const taggedBlock = fc.oneof(
  fc.array(tagged, { minLength: 1, maxLength: 4 }).map((lines) => lines.map((line) => `- ${line}`)),
  fc.array(tagged, { minLength: 1, maxLength: 3 }),
  fc.array(tagged, { minLength: 1, maxLength: 3 }).map((code) => ['```sh', ...code, '```']),
);
const taggedHeading = fc.tuple(fc.constantFrom('##', '###'), tagged).map(([marks, title]) => [`${marks} ${title}`]);
const piece = fc.oneof({ weight: 1, arbitrary: taggedHeading }, { weight: 2, arbitrary: taggedBlock }).map((lines) => ['', ...lines]);

/**
 * A note with distinct lines, and `count` sessions that added, changed and removed whole blocks of it, as a model does that edits what it
 * has read.
 */
export function carefulNotes(count: number): fc.Arbitrary<string[]> {
  const pieces = fc.array(piece.map(asOne), { maxLength: 12 });
  const change = changeWith(fc.array(piece.map(asOne), { minLength: 1, maxLength: 2 }));
  return versionsOf(pieces, change, count)
    .map((versions) => versions.map((blocks) => toText(['# Notes', ...blocks])))
    .filter(isDistinct);
}

function asOne(lines: readonly string[]): string {
  return lines.join('\n');
}

function told(text: string): string[] {
  return text.split('\n').filter((line) => /\d$/.test(line));
}

/** No text is twice in a version, and no new one is in two versions. */
function isDistinct([base = '', ...sides]: readonly string[]): boolean {
  const old = new Set(told(base));
  const fresh = sides.flatMap((side) => told(side).filter((line) => !old.has(line)));
  return [told(base), ...sides.map(told), fresh].every((lines) => new Set(lines).size === lines.length);
}

const slug = fc.tuple(word, word).map(([a, b]) => `${a}_${b}.md`);
const indexEntry = fc.tuple(phrase, slug, phrase).map(([title, target, hook]) => `- [${title}](${target}) — ${hook}`);
const indexLines = fc
  .tuple(fc.uniqueArray(indexEntry, { maxLength: 8, selector: targetOf }), fc.boolean())
  .map(([entries, titled]) => (titled ? ['# Memory', '', ...entries] : entries));
const indexChange = changeWith(
  fc.oneof(fc.array(indexEntry, { minLength: 1, maxLength: 2 }), fc.array(bullet, { minLength: 1, maxLength: 1 })),
);

/** The file an index entry points to; the line itself for any other. */
export function targetOf(line: string): string {
  return /\]\(([^)]*)\)/.exec(line)?.[1] ?? line;
}

/** An index of memories and `count` sessions' versions of it. */
export function indices(count: number): fc.Arbitrary<string[]> {
  return versionsOf(indexLines, indexChange, count).map((versions) => versions.map((lines) => toText(lines)));
}

const logLine = fc
  .record({
    display: phrase,
    timestamp: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
    n: fc.bigInt({ min: 0n, max: 2n ** 70n }),
  })
  .map(({ display, timestamp, n }) => `{"display":${JSON.stringify(display)},"timestamp":${timestamp},"n":${n}}`);

/** A log and `count` sessions that appended to it. */
export function logs(count: number): fc.Arbitrary<string[]> {
  const lines = fc.array(logLine, { maxLength: 6 });
  return fc
    .tuple(lines, fc.array(lines, { minLength: count, maxLength: count }))
    .map(([base, sides]) => [base, ...sides.map((side) => [...base, ...side])].map((all) => toText(all)));
}

/** The versions of a list, with its base. */
export function storyOf([base = '', ours = '', theirs = '']: readonly string[]): Story {
  return { base, ours, theirs };
}
