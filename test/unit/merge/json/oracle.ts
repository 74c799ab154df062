import type { JsonRules } from '../../../../src/merge/drivers.js';
import { canonical, fits, itemsOf, type Source } from './source.js';

type Value = Source | undefined;
type Path = readonly string[];

/** The errors of a merge, and the dotted paths that it should have reported. */
export interface Judgement {
  readonly faults: readonly string[];
  readonly decided: readonly string[];
}

/**
 * Checks, value by value, whether each change of one side is in the result: what it added or changed is there, what it removed is missing
 * unless the other changed it, counters have both additions, and of a value that both changed one is there.
 */
export function judge(base: Value, ours: Value, theirs: Value, result: Value, rules: JsonRules): Judgement {
  const faults: string[] = [];
  const decided: string[] = [];
  const compare = (b: Value, o: Value, t: Value, r: Value, path: Path): void => {
    const [old, own, other] = [b, o, t].map(canonical);
    const counted =
      o !== undefined && t !== undefined && isNumber(o) && isNumber(t) && fits([...rules.counters, ...rules.latest], path)
        ? numbers(b, o, t, fits(rules.counters, path))
        : null;
    const expect = (...values: Value[]): void => {
      if (!values.some((value) => canonical(value) === canonical(r))) {
        faults.push(`${path.join('.')}: ${canonical(r)} is none of ${values.map(canonical).join(' | ')}`);
      }
    };
    if (o === undefined || t === undefined) {
      expect(o === undefined && own !== old && other === old ? undefined : t === undefined && own === old ? undefined : (o ?? t));
    } else if (counted !== null) {
      expect(...counted);
    } else if (o.kind === 'object' && t.kind === 'object' && !fits(rules.atoms, path)) {
      for (const key of new Set([o, t, ...(r?.kind === 'object' ? [r] : [])].flatMap(({ members }) => [...members.keys()]))) {
        compare(member(b, key), member(o, key), member(t, key), member(r, key), [...path, key]);
      }
      expect(r?.kind === 'object' ? r : o);
    } else if (o.kind === 'array' && t.kind === 'array' && !fits(rules.atoms, path)) {
      const [before, mine, yours] = [itemsOf(b), itemsOf(o), itemsOf(t)];
      const wanted = [...mine, ...yours].filter((item) => !before.has(item) || (mine.has(item) && yours.has(item)));
      if (r?.kind !== 'array' || canonicalSet(new Set(wanted)) !== canonicalSet(itemsOf(r))) {
        faults.push(`${path.join('.')}: items are ${canonical(r)}`);
      }
    } else if (own === old || other === old || own === other) {
      expect(own === old ? t : o);
    } else {
      decided.push(path.join('.'));
      const heavy = [o, t].toSorted((x, y) => rank(y) - rank(x));
      expect(...(rank(o) === rank(t) ? [o, t] : heavy.slice(0, 1)));
    }
  };
  compare(base, ours, theirs, result, []);
  return { faults, decided: decided.toSorted() };
}

/** The possible results for two numbers that count, or that only grow; null if they cannot be counted with. */
function numbers(b: Value, o: Source, t: Source, counter: boolean): Value[] | null {
  const [start, own, other] = [b !== undefined && isNumber(b) ? b : ZERO, o, t].map(hundredths);
  if (typeof start !== 'bigint' || typeof own !== 'bigint' || typeof other !== 'bigint') {
    return counter ? null : [o, t];
  }
  if (!counter) {
    return [own > other ? o : t];
  }
  const unchanged = canonical(b) === canonical(o) ? t : canonical(b) === canonical(t) ? o : undefined;
  return [unchanged ?? { kind: 'scalar', text: inFull(other + own - start) }];
}

const ZERO: Source = { kind: 'scalar', text: '0' };

function hundredths(value: Source): bigint | null {
  const text = value.kind === 'scalar' ? value.text : '';
  const small = Number(text) * 100;
  return /^-?\d+$/.test(text) ? BigInt(text) * 100n : Number.isSafeInteger(small) ? BigInt(small) : null;
}

function inFull(value: bigint): string {
  const [whole, fraction] = [
    value / 100n,
    String(value % 100n)
      .replace('-', '')
      .padStart(2, '0')
      .replace(/0+$/, ''),
  ];
  return `${value < 0n && whole === 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function isNumber(value: Source): boolean {
  return value.kind === 'scalar' && /^[-\d]/.test(value.text);
}

function member(value: Value, key: string): Value {
  return value?.kind === 'object' ? value.members.get(key) : undefined;
}

function canonicalSet(items: ReadonlySet<string>): string {
  return [...items].toSorted().join();
}

function rank({ kind }: Source): number {
  return ['scalar', 'array', 'object'].indexOf(kind);
}
