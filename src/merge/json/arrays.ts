import type { JsonChild, JsonContainer, JsonNode } from './document.js';

/** How an array is merged: the children to remove from theirs, the children to append from ours, and the pairs to merge. */
export interface ArrayPlan {
  readonly removed: ReadonlySet<JsonChild>;
  readonly added: readonly JsonChild[];
  readonly pairs: readonly { readonly base: JsonNode | null; readonly ours: JsonChild; readonly theirs: JsonChild }[];
}

type Items = Map<number, JsonChild>;

/**
 * Merges arrays as sets. Two items are the same when they are deeply equal or, if `identity` names a key, when they are objects with the
 * same scalar under that key. If an item lacks the key, or two items have the same value, equality decides for the whole array. Items keep
 * the order of theirs; new items from ours come last.
 */
export function planArray(base: JsonContainer | null, ours: JsonContainer, theirs: JsonContainer, identity: string | null): ArrayPlan {
  const keyed = identity === null ? null : [base, ours, theirs].map((array) => byIdentity(array, identity));
  const [b, o, t] = keyed ?? [];
  return b && o && t ? planKeyed(b, o, t) : planEqual(base, ours, theirs);
}

/** Whether a plan results in ours, item by item. If not, ours changed the order or a repetition. */
export function leadsTo(plan: ArrayPlan, ours: JsonContainer, theirs: JsonContainer): boolean {
  const merged = new Map(plan.pairs.map((pair) => [pair.theirs, pair.ours]));
  const kept = theirs.children.filter((child) => !plan.removed.has(child));
  const result = [...kept.map((child) => merged.get(child) ?? child), ...plan.added];
  return result.length === ours.children.length && result.every(({ value }, index) => value.same === ours.children[index]?.value.same);
}

function planEqual(base: JsonContainer | null, ours: JsonContainer, theirs: JsonContainer): ArrayPlan {
  const [old, own, other] = [base, ours, theirs].map((array) => new Set((array?.children ?? []).map(({ value }) => value.same)));
  const gone = (child: JsonChild): boolean => old?.has(child.value.same) === true && own?.has(child.value.same) !== true;
  const fresh = new Map<number, JsonChild>();
  for (const child of ours.children) {
    const { same } = child.value;
    if (old?.has(same) !== true && other?.has(same) !== true) {
      fresh.set(same, child);
    }
  }
  return { removed: new Set(theirs.children.filter(gone)), added: [...fresh.values()], pairs: [] };
}

function planKeyed(base: Items, ours: Items, theirs: Items): ArrayPlan {
  const removed = new Set<JsonChild>();
  const added: JsonChild[] = [];
  const pairs: ArrayPlan['pairs'][number][] = [];
  for (const [id, child] of theirs) {
    if (!ours.has(id) && base.get(id)?.value.same === child.value.same) {
      removed.add(child);
    }
  }
  for (const [id, child] of ours) {
    const [old, other] = [base.get(id), theirs.get(id)];
    if (other !== undefined) {
      pairs.push({ base: old?.value ?? null, ours: child, theirs: other });
    } else if (old?.value.same !== child.value.same) {
      added.push(child);
    }
  }
  return { removed, added, pairs };
}

function byIdentity(array: JsonContainer | null, identity: string): Items | null {
  const items: Items = new Map();
  for (const child of array?.children ?? []) {
    const id = child.value.kind === 'object' ? child.value.byKey.get(identity)?.value : undefined;
    if (id === undefined || id.kind !== 'scalar' || items.has(id.same)) {
      return null;
    }
    items.set(id.same, child);
  }
  return items;
}
