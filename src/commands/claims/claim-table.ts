import type { HeldClaim, Holder } from '../../coordination/claims/lease.js';
import { age, shown } from '../output.js';
import { type Column, tableOf } from '../table.js';

const COLUMNS: readonly Column[] = [
  { heading: 'HOLDER' },
  { heading: 'BRANCH', least: 10 },
  { heading: 'AGE' },
  { heading: 'PATH', least: 18 },
];

/** Claims as a table for people; empty if there are none. `now` is in milliseconds since the epoch, `width` that of the terminal. */
export function claimTable(claims: readonly HeldClaim[], now: number, width?: number): string {
  return tableOf(
    COLUMNS,
    claims.map(({ path, holder, since }) => [...holderCells(holder), age(since, now), shown(path)]),
    width,
  );
}

/** For other programs; times as ISO 8601. */
export function claimJson({ path, holder, since }: HeldClaim): object {
  return { path, holder: holderJson(holder), since: new Date(since).toISOString() };
}

function holderCells(holder: Holder): string[] {
  return holder.kind === 'process' ? [`pid ${holder.pid}`, '-'] : [holder.id, shown(holder.branch ?? '-')];
}

/** Leaves out the start time of a process, whose format is internal. */
function holderJson(holder: Holder): object {
  return holder.kind === 'session' ? holder : { kind: holder.kind, pid: holder.pid };
}
