import * as fc from 'fast-check';
import { parseTree, visit, type Node } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { mergeJson } from '../../../../src/merge/json/merge-json.js';
import { jsonKinds, versionsOf, type JsonKind } from './arbitraries.js';
import { COMMON, commented, layouts, printSource, type Layout } from './print.js';
import { canonical, fits, readSource, type Source } from './source.js';
import { partOf } from '../../../support/some-of.js';

const RUNS = { numRuns: partOf(2000) };
const NONE: Source = { kind: 'scalar', text: 'null' };

interface Story {
  readonly base: Source;
  readonly ours: Source;
  readonly theirs: Source;
}

function stories(kind: JsonKind): fc.Arbitrary<Story> {
  return versionsOf(kind, 2).map(([base = NONE, ours = NONE, theirs = NONE]) => ({ base, ours, theirs }));
}

function mergeIn(
  kind: JsonKind,
  { base, ours, theirs }: Story,
  [b = COMMON, o = COMMON, t = COMMON]: readonly Layout[],
): { theirs: string; merged: string } {
  const there = printSource(theirs, t, 't');
  const merged = mergeJson(printSource(base, b, 'b'), printSource(ours, o, 'o'), there, kind.rules);
  return { theirs: there, merged: merged?.text ?? '' };
}

function many(layout: fc.Arbitrary<Layout>): fc.Arbitrary<Layout[]> {
  return fc.array(layout, { minLength: 3, maxLength: 3 });
}

describe.each(jsonKinds)('the file of $name', (kind) => {
  it("has the layout of the shared file throughout, whatever layout the session's version has", () => {
    fc.assert(
      fc.property(stories(kind), many(commented), layouts, (story, [b = COMMON, o = COMMON], layout) => {
        fc.pre(story.theirs.kind === 'object' && story.theirs.members.size > 0);
        const { merged } = mergeIn(kind, story, [b, o, layout]);
        expect(merged).toBe(printSource(readSource(merged), layout));
      }),
      RUNS,
    );
  });

  it('can be read by JSON.parse if the shared file could', () => {
    fc.assert(
      fc.property(stories(kind), many(commented), layouts, (story, [b = COMMON, o = COMMON], layout) => {
        const { merged } = mergeIn(kind, story, [b, o, layout]);
        expect(() => JSON.parse(merged.replace(/^\uFEFF/, ''))).not.toThrow();
      }),
      RUNS,
    );
  });

  it('keeps the order of the keys of the shared file; new ones come last', () => {
    fc.assert(
      fc.property(stories(kind), many(commented), (story, all) => {
        const { merged } = mergeIn(kind, story, all);
        expect(outOfOrder(story.theirs, readSource(merged), kind)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('keeps every comment of the shared file that is not in a value that was removed or replaced', () => {
    fc.assert(
      fc.property(stories(kind), many(commented), (story, all) => {
        const { theirs, merged } = mergeIn(kind, story, all);
        const result = readSource(merged);
        const lasting = commentsOf(theirs).filter(({ path }) => lasts(path, story, result, kind));
        const there = commentsOf(merged).map(({ text }) => text);
        expect(there.filter((text) => lasting.some((comment) => comment.text === text))).toEqual(lasting.map(({ text }) => text));
        expect(commentsOf(theirs).length > 0 ? [] : there).toEqual([]);
      }),
      RUNS,
    );
  });

  it('keeps BOM, line ends, the end of the file, and each number and string as it is written', () => {
    fc.assert(
      fc.property(stories(kind), many(commented), (story, all) => {
        const { theirs, merged } = mergeIn(kind, story, all);
        expect(merged.startsWith('\uFEFF')).toBe(theirs.startsWith('\uFEFF'));
        expect(around(merged)).toEqual(around(theirs));
        expect((theirs.includes('\r\n') ? /[^\r]\n|\r(?!\n)/ : theirs.includes('\n') ? /\r/ : /^$/).test(merged)).toBe(false);
        const known = new Set([story.ours, story.theirs].flatMap((source) => scalarsOf(source, kind)));
        expect(scalarsOf(readSource(merged), kind).filter((text) => !known.has(text))).toEqual([]);
      }),
      RUNS,
    );
  });
});

/** The text before and after the root. */
function around(text: string): [string, string] {
  const root = parseTree(text.replace(/^\uFEFF/, ' '), [], { allowTrailingComma: true });
  return [text.slice(0, root?.offset), text.slice((root?.offset ?? 0) + (root?.length ?? 0))];
}

/** The paths of objects in which the keys of theirs do not come first and in their order. */
function outOfOrder(theirs: Source, result: Source | undefined, kind: JsonKind, path: readonly string[] = []): string[] {
  if (theirs.kind !== 'object' || result?.kind !== 'object' || fits(kind.rules.atoms, path)) {
    return [];
  }
  const before = [...theirs.members.keys()].filter((key) => result.members.has(key));
  const wrong = before.some((key, index) => [...result.members.keys()][index] !== key);
  return [
    ...(wrong ? [path.join('.')] : []),
    ...before.flatMap((key) => outOfOrder(theirs.members.get(key) ?? NONE, result.members.get(key), kind, [...path, key])),
  ];
}

/** The scalars of a value as they are written, without those that may be added up. */
function scalarsOf(source: Source, kind: JsonKind, path: readonly string[] = []): string[] {
  if (source.kind === 'scalar') {
    return fits(kind.rules.counters, path) ? [] : [source.text];
  }
  return source.kind === 'array'
    ? source.items.flatMap((item) => scalarsOf(item, kind, [...path, '*']))
    : [...source.members].flatMap(([key, value]) => scalarsOf(value, kind, [...path, key]));
}

/** The comments of a text, each with the keys of its containers; null for an item. */
function commentsOf(text: string): { text: string; path: (string | null)[] }[] {
  const body = text.replace(/^\uFEFF/, '');
  const root = parseTree(body, [], { allowTrailingComma: true });
  const comments: { text: string; path: (string | null)[] }[] = [];
  visit(
    body,
    {
      onComment: (offset, length) => {
        comments.push({ text: body.slice(offset, offset + length).trimEnd(), path: pathTo(root, offset) });
      },
    },
    { allowTrailingComma: true },
  );
  return comments;
}

function pathTo(root: Node | undefined, offset: number): (string | null)[] {
  const path: (string | null)[] = [];
  const within = (node: Node | undefined): boolean => node !== undefined && node.offset < offset && offset < node.offset + node.length;
  for (let node = within(root) ? root : undefined; node !== undefined; ) {
    const inner: Node | undefined = node.children?.find(within);
    if (inner !== undefined && inner.type !== 'property') {
      path.push(inner.parent?.type === 'property' ? String(inner.parent.children?.[0]?.value) : null);
    }
    node = inner;
  }
  return path;
}

/** Whether a container of theirs, and all around it, is still the same one in the result. */
function lasts(path: readonly (string | null)[], { base, ours, theirs }: Story, result: Source, kind: JsonKind): boolean {
  let all: (Source | undefined)[] = [base, ours, theirs, result];
  for (const [index, key] of [...path, null].entries()) {
    const [b, o, t, r] = all;
    const keys = path.slice(0, index).map(String);
    if (t === undefined || r === undefined || t.kind !== r.kind || fits(kind.rules.atoms, keys)) {
      return false;
    }
    if (t.kind === 'array') {
      return index === path.length && (canonical(b) !== canonical(t) || canonical(o) === canonical(t));
    }
    all = all.map((value) => (value?.kind === 'object' && key !== null ? value.members.get(key) : undefined));
  }
  return true;
}
