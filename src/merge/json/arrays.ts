import type { JsonContainer, JsonNode, Slot } from './document.js';

/** How an array is merged: the slots to remove from theirs, the slots to append from ours, and the pairs to merge. */
export interface ArrayPlan {
  readonly removed: ReadonlySet<Slot>;
  readonly added: readonly Slot[];
  readonly pairs: readonly { readonly base: JsonNode | null; readonly ours: Slot; readonly theirs: Slot }[];
}

type Items = Map<number, Slot>;

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
  const kept = theirs.slots.filter((slot) => !plan.removed.has(slot));
  const result = [...kept.map((slot) => merged.get(slot) ?? slot), ...plan.added];
  return result.length === ours.slots.length && result.every(({ value }, index) => value.same === ours.slots[index]?.value.same);
}

function planEqual(base: JsonContainer | null, ours: JsonContainer, theirs: JsonContainer): ArrayPlan {
  const [old, own, other] = [base, ours, theirs].map((array) => new Set((array?.slots ?? []).map(({ value }) => value.same)));
  const gone = (slot: Slot): boolean => old?.has(slot.value.same) === true && own?.has(slot.value.same) !== true;
  const fresh = new Map<number, Slot>();
  for (const slot of ours.slots) {
    const { same } = slot.value;
    if (old?.has(same) !== true && other?.has(same) !== true) {
      fresh.set(same, slot);
    }
  }
  return { removed: new Set(theirs.slots.filter(gone)), added: [...fresh.values()], pairs: [] };
}

function planKeyed(base: Items, ours: Items, theirs: Items): ArrayPlan {
  const removed = new Set<Slot>();
  const added: Slot[] = [];
  const pairs: ArrayPlan['pairs'][number][] = [];
  for (const [id, slot] of theirs) {
    if (!ours.has(id) && base.get(id)?.value.same === slot.value.same) {
      removed.add(slot);
    }
  }
  for (const [id, slot] of ours) {
    const [old, other] = [base.get(id), theirs.get(id)];
    if (other !== undefined) {
      pairs.push({ base: old?.value ?? null, ours: slot, theirs: other });
    } else if (old?.value.same !== slot.value.same) {
      added.push(slot);
    }
  }
  return { removed, added, pairs };
}

function byIdentity(array: JsonContainer | null, identity: string): Items | null {
  const items: Items = new Map();
  for (const slot of array?.slots ?? []) {
    const id = slot.value.kind === 'object' ? slot.value.byKey.get(identity)?.value : undefined;
    if (id === undefined || id.kind !== 'scalar' || items.has(id.same)) {
      return null;
    }
    items.set(id.same, slot);
  }
  return items;
}
