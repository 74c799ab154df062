import type { HeldClaim, Holder } from '../claims/lease.js';
import { age, shown } from './output.js';
import { alignedTable } from './table.js';

/** Paths are long enough. */
const BRANCH_MAX = 24;

/** Claims as a table for people; empty when there are none. `now` in milliseconds since the epoch. */
export function claimTable(claims: readonly HeldClaim[], now: number): string {
  if (claims.length === 0) return '';
  const rows = claims.map(({ path, holder, since }) => [...holderCells(holder), age(since, now), shown(path)]);
  return alignedTable([['HOLDER', 'BRANCH', 'AGE', 'PATH'], ...rows]);
}

/** For other programs; times as ISO 8601. */
export function claimJson({ path, holder, since }: HeldClaim): object {
  return { path, holder: holderJson(holder), since: new Date(since).toISOString() };
}

function holderCells(holder: Holder): string[] {
  if (holder.kind === 'process') return [`pid ${holder.pid}`, '-'];
  const branch = shown(holder.branch ?? '-');
  return [holder.id, branch.length > BRANCH_MAX ? `${branch.slice(0, BRANCH_MAX - 3)}...` : branch];
}

/** When a process started is told in words that only serve us. */
function holderJson(holder: Holder): object {
  return holder.kind === 'session' ? holder : { kind: holder.kind, pid: holder.pid };
}
