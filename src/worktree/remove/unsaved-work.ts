import type { Work } from './work.js';

/** Work that a removal would delete, or leave where it is easily overlooked. */
export interface UnsavedWork {
  readonly kind: 'changed' | 'untracked' | 'copied' | 'commits' | 'stashes' | 'operation';
  /** A phrase for a message, without the name of the worktree. */
  readonly text: string;
  /** Whether it is deleted with the folder. Commits stay on their branch, stashes in the repository. */
  readonly lost: boolean;
}

/** All unsaved work in a working tree and its submodules; empty if all of it exists elsewhere. */
export function unsavedWorkIn(work: Work): UnsavedWork[] {
  return [...ownLosses(work), ...work.submodules.flatMap(([path, inside]) => unsavedWorkIn(inside).map((loss) => inSubmodule(path, loss)))];
}

function ownLosses({ changed, untracked, copied, unsaved, branch, head, stashes, operation }: Work): UnsavedWork[] {
  const where = branch === null ? `, the last ${head?.slice(0, 12) ?? ''}` : ` on ${branch}`;
  const all: readonly (UnsavedWork & { readonly there: boolean })[] = [
    { there: changed.length > 0, kind: 'changed', text: `${count(changed.length, 'changed file')} (${some(changed)})`, lost: true },
    {
      there: untracked.length > 0,
      kind: 'untracked',
      text: `${count(untracked.length, 'untracked file')} (${some(untracked)})`,
      lost: true,
    },
    {
      there: copied.length > 0,
      kind: 'copied',
      text: `${count(copied.length, 'copied file')} changed since (${some(copied)})`,
      lost: true,
    },
    { there: unsaved > 0, kind: 'commits', text: `${count(unsaved, 'commit')} neither pushed nor merged${where}`, lost: branch === null },
    { there: stashes > 0, kind: 'stashes', text: `${count(stashes, 'stash', 'stashes')} made on ${branch ?? 'no branch'}`, lost: false },
    { there: operation !== null, kind: 'operation', text: `a ${operation ?? ''} that is not ended`, lost: true },
  ];
  return all.filter(({ there }) => there).map(({ kind, text, lost }) => ({ kind, text, lost }));
}

/** Git deletes the repositories of submodules with the worktree. */
function inSubmodule(path: string, { kind, text }: UnsavedWork): UnsavedWork {
  return { kind, text: `${text} in the submodule ${path}`, lost: true };
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** The first few paths. A name with a line break must not look like two lines. */
function some(paths: readonly string[]): string {
  const named = paths.slice(0, 3).map((path) => path.replaceAll(/\p{Cc}/gu, '?'));
  return [...named, ...(paths.length > named.length ? ['…'] : [])].join(', ');
}
