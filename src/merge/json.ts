import { planArray } from './json-arrays.js';
import { applyAll, editSlots, replaceValue, type Edit } from './json-edit.js';
import { addDelta } from './json-numbers.js';
import { compileRules, type Path, type PathRules } from './json-rules.js';
import { createInterner, parseJson, type JsonContainer, type JsonDocument, type JsonNode, type Slot } from './json-tree.js';
import type { JsonRules } from './merge.js';

/** A merged JSON text, and the dotted paths of the values of which only one side's could be kept. */
export type JsonMerge = { readonly text: string; readonly decided: readonly string[] } | null;

/** What stands in a path for an item of an array. */
const ITEM = '*';

/** Three values at one path; base is null when neither side had seen one. */
interface Task {
  readonly path: Path;
  readonly base: JsonNode | null;
  readonly ours: JsonNode;
  readonly theirs: JsonNode;
}

interface Context {
  readonly ours: JsonDocument;
  readonly base: JsonDocument | null;
  readonly theirs: JsonDocument;
  readonly rules: PathRules;
  readonly edits: Edit[];
  readonly decided: string[];
  /** What is still to be merged: a list, not the call stack, so that no nesting is too deep. */
  readonly tasks: Task[];
}

/**
 * Merges two versions of a JSON text key by key against the one both started from (null: none). Written as edits of
 * theirs, so that its order, layout, numbers and comments stay; what comes from ours is carried as it is written there.
 * Objects merge per member, arrays as sets, counters by adding up; a value that both sides changed otherwise is taken
 * from ours, the later, and named in `decided`, except that an object is never given up for an array or scalar, nor an
 * array for a scalar. Null when one of the texts is not JSON. A counter that both sides
 * set to the same number has still been counted twice. Merging the same ours once more gives the same text, except
 * for counters, which add up again: the caller has to merge against a new base.
 */
export function mergeJson(base: string | null, ours: string, theirs: string, rules: JsonRules): JsonMerge {
  const intern = createInterner();
  const [bom, body] = splitBom(theirs);
  const old = base === null || base.trim() === '' ? null : parseJson(splitBom(base)[1], intern);
  const own = parseJson(splitBom(ours)[1], intern);
  const other = parseJson(body, intern);
  if (own === null || other === null || (old === null && base !== null && base.trim() !== '')) {
    return null;
  }
  const context: Context = { base: old, ours: own, theirs: other, rules: compileRules(rules), edits: [], decided: [], tasks: [] };
  context.tasks.push({ path: [], base: old?.root ?? null, ours: own.root, theirs: other.root });
  for (let task = context.tasks.pop(); task !== undefined; task = context.tasks.pop()) {
    mergeValue(context, task);
  }
  return { text: bom + applyAll(body, context.edits), decided: context.decided.toSorted() };
}

function mergeValue(context: Context, task: Task): void {
  const { path, base, ours, theirs } = task;
  const both = ours.same === theirs.same && !context.rules.holdsCounter(path);
  if (both || ours.same === base?.same) {
    return;
  }
  const whole = context.rules.isAtom(path);
  if (!whole && ours.kind === 'object' && theirs.kind === 'object') {
    mergeObject(context, path, base?.kind === 'object' ? base : null, ours, theirs);
  } else if (!whole && ours.kind === 'array' && theirs.kind === 'array') {
    mergeArray(context, task, ours, theirs);
  } else {
    mergeWhole(context, task);
  }
}

function mergeObject(context: Context, path: Path, base: JsonContainer | null, ours: JsonContainer, theirs: JsonContainer): void {
  const removed = new Set<Slot>();
  for (const slot of theirs.slots) {
    const key = slot.key ?? '';
    if (!ours.byKey.has(key) && base?.byKey.get(key)?.value.same === theirs.byKey.get(key)?.value.same) {
      removed.add(slot);
    }
  }
  const added: Slot[] = [];
  for (const [key, slot] of ours.byKey) {
    const old = base?.byKey.get(key);
    const other = theirs.byKey.get(key);
    if (other !== undefined) {
      context.tasks.push({ path: [...path, key], base: old?.value ?? null, ours: slot.value, theirs: other.value });
    } else if (old?.value.same !== slot.value.same) {
      added.push(slot);
    }
  }
  context.edits.push(...editSlots(context.theirs, theirs, removed, added, context.ours));
}

function mergeArray(context: Context, task: Task, ours: JsonContainer, theirs: JsonContainer): void {
  const base = task.base?.kind === 'array' ? task.base : null;
  const plan = planArray(base, ours, theirs, context.rules.identityOf(task.path));
  if (task.base?.same === theirs.same && !gives(plan, ours, theirs)) {
    context.edits.push(replaceValue(context.theirs, theirs, context.ours, ours));
    return;
  }
  for (const pair of plan.pairs) {
    context.tasks.push({ path: [...task.path, ITEM], base: pair.base, ours: pair.ours.value, theirs: pair.theirs.value });
  }
  context.edits.push(...editSlots(context.theirs, theirs, plan.removed, plan.added, context.ours));
}

/** Whether a plan leads to ours, item by item; when it does not, the order or a repetition is what ours changed. */
function gives(plan: ReturnType<typeof planArray>, ours: JsonContainer, theirs: JsonContainer): boolean {
  const merged = new Map(plan.pairs.map((pair) => [pair.theirs, pair.ours]));
  const kept = theirs.slots.filter((slot) => !plan.removed.has(slot));
  const result = [...kept.map((slot) => merged.get(slot) ?? slot), ...plan.added];
  return result.length === ours.slots.length && result.every(({ value }, index) => value.same === ours.slots[index]?.value.same);
}

function mergeWhole(context: Context, { path, base, ours, theirs }: Task): void {
  const sum = context.rules.isCounter(path) ? counted(context, base, ours, theirs) : null;
  if (sum !== null) {
    context.edits.push({ start: theirs.start, end: theirs.end, text: sum });
    return;
  }
  if (ours.same === theirs.same) {
    return;
  }
  const both = base?.same !== theirs.same;
  if (both) {
    context.decided.push(path.join('.'));
  }
  if (!both || rank(ours) >= rank(theirs)) {
    context.edits.push(replaceValue(context.theirs, theirs, context.ours, ours));
  }
}

function counted(context: Context, base: JsonNode | null, ours: JsonNode, theirs: JsonNode): string | null {
  if (!isNumber(ours) || !isNumber(theirs)) {
    return null;
  }
  const start = isNumber(base) ? sourceOf(context.base, base) : '0';
  return addDelta(start, sourceOf(context.ours, ours), sourceOf(context.theirs, theirs));
}

function isNumber(node: JsonNode | null): node is JsonNode {
  return node !== null && node.kind === 'scalar' && node.type === 'number';
}

function sourceOf(document: JsonDocument | null, node: JsonNode): string {
  return document?.text.slice(node.start, node.end) ?? '';
}

/** How much a value can hold that is lost with it. */
function rank({ kind }: JsonNode): number {
  return ['scalar', 'array', 'object'].indexOf(kind);
}

function splitBom(text: string): [bom: string, body: string] {
  return text.startsWith('\uFEFF') ? [text.slice(0, 1), text.slice(1)] : ['', text];
}
