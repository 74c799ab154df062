import { leadsTo, planArray } from './arrays.js';
import type { IndexedJson, JsonChild, JsonContainer, JsonDocument, JsonNode } from './document.js';
import { type Edit, editChildren, replaceValue } from './edits.js';
import type { Path, PathRules } from './rules.js';
import { decideWhole, type Whole } from './whole-values.js';

/** The edits that turn theirs into the merge. */
interface ValueMerge {
  readonly edits: readonly Edit[];
  /** The dotted path of each value of which only one side's could be kept. */
  readonly decided: readonly string[];
}

/** Three values at one path; base is null when the base has no such value. */
interface ValueVersions {
  readonly path: Path;
  readonly base: JsonNode | null;
  readonly ours: JsonNode;
  readonly theirs: JsonNode;
}

/** The result for one value: its edits, and the values below it that are still to be merged. */
interface MergedValue {
  readonly edits: readonly Edit[];
  readonly below?: readonly ValueVersions[];
  /** Both sides changed the value, and one of the changes is lost. */
  readonly decided?: boolean;
}

/** The segment of a path that stands for an item of an array. */
const ITEM = '*';
const UNCHANGED: MergedValue = { edits: [] };

/**
 * Merges the values of parsed documents, which share an interner. Values still to be merged are kept in a list instead of the call stack,
 * so that no nesting is too deep.
 */
export function mergeValues(base: JsonDocument | null, ours: IndexedJson, theirs: IndexedJson, rules: PathRules): ValueMerge {
  const context: Context = { base, ours, theirs, rules };
  const open: ValueVersions[] = [{ path: [], base: base?.root ?? null, ours: ours.root, theirs: theirs.root }];
  const edits: Edit[] = [];
  const decided: string[] = [];
  for (let versions = open.pop(); versions !== undefined; versions = open.pop()) {
    const merged = mergeValue(context, versions);
    append(edits, merged.edits);
    append(open, merged.below ?? []);
    append(decided, merged.decided === true ? [versions.path.join('.')] : []);
  }
  return { edits, decided };
}

interface Context {
  readonly base: JsonDocument | null;
  readonly ours: IndexedJson;
  readonly theirs: IndexedJson;
  readonly rules: PathRules;
}

/** Appends item by item: 200,000 arguments of one `push` exceed the stack. */
function append<T>(list: T[], items: readonly T[]): void {
  for (const item of items) {
    list.push(item);
  }
}

function mergeValue(context: Context, versions: ValueVersions): MergedValue {
  const { path, base, ours, theirs } = versions;
  const { rules } = context;
  const both = ours.same === theirs.same && !rules.holdsCounter(path);
  if (both || (ours.same === base?.same && !rules.holdsLatest(path))) {
    return UNCHANGED;
  }
  const whole = rules.isAtom(path);
  if (!whole && ours.kind === 'object' && theirs.kind === 'object') {
    return mergeObject(context, path, base?.kind === 'object' ? base : null, ours, theirs);
  }
  return !whole && ours.kind === 'array' && theirs.kind === 'array'
    ? mergeArray(context, versions, ours, theirs)
    : mergeWhole(context, versions);
}

function mergeObject(context: Context, path: Path, base: JsonContainer | null, ours: JsonContainer, theirs: JsonContainer): MergedValue {
  const removed = new Set<JsonChild>();
  for (const child of theirs.children) {
    const key = child.key ?? '';
    if (!ours.byKey.has(key) && base?.byKey.get(key)?.value.same === theirs.byKey.get(key)?.value.same) {
      removed.add(child);
    }
  }
  const added: JsonChild[] = [];
  const below: ValueVersions[] = [];
  for (const [key, child] of ours.byKey) {
    const old = base?.byKey.get(key);
    const other = theirs.byKey.get(key);
    if (other !== undefined) {
      below.push({ path: [...path, key], base: old?.value ?? null, ours: child.value, theirs: other.value });
    } else if (old?.value.same !== child.value.same) {
      added.push(child);
    }
  }
  return { edits: editChildren(context.theirs, theirs, { removed, added }, context.ours), below };
}

function mergeArray(
  context: Context,
  { path, base, theirs: there }: ValueVersions,
  ours: JsonContainer,
  theirs: JsonContainer,
): MergedValue {
  const plan = planArray(base?.kind === 'array' ? base : null, ours, theirs, context.rules.identityOf(path));
  if (base?.same === there.same && !leadsTo(plan, ours, theirs)) {
    return { edits: [replaceValue(context.theirs, theirs, context.ours, ours)] };
  }
  const below = plan.pairs.map((pair) => ({ path: [...path, ITEM], base: pair.base, ours: pair.ours.value, theirs: pair.theirs.value }));
  return { edits: editChildren(context.theirs, theirs, plan, context.ours), below };
}

function mergeWhole({ base: start, ours: own, theirs: there, rules }: Context, { path, base, ours, theirs }: ValueVersions): MergedValue {
  const kind = rules.isCounter(path) ? 'counter' : rules.isLatest(path) ? 'latest' : 'plain';
  const decision = decideWhole(base && start && written(start, base), written(own, ours), written(there, theirs), kind);
  if (decision.take === 'sum') {
    return { edits: [{ start: theirs.start, end: theirs.end, text: decision.text }] };
  }
  return { edits: decision.take === 'ours' ? [replaceValue(there, theirs, own, ours)] : [], decided: decision.decided };
}

function written(document: JsonDocument, node: JsonNode): Whole {
  return { node, text: document.text.slice(node.start, node.end) };
}
