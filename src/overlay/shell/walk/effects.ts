import { forEachChild, type SyntaxNode } from 'unbash';

/** What commands may change in the shell that runs them. */
export interface Effects {
  /** Variables, and how many places there are that give them a value. */
  readonly assigns: ReadonlyMap<string, number>;
  readonly movesFolder: boolean;
}

/** What changes with these is gone when they end. */
const SEPARATE: ReadonlySet<string> = new Set<SyntaxNode['type']>(['Subshell', 'CommandExpansion', 'ProcessSubstitution']);
const ASSIGNING: ReadonlySet<string> = new Set(['read', 'mapfile', 'readarray', 'getopts', 'printf', 'unset', 'let']);
const MOVING: ReadonlySet<string> = new Set(['cd', 'pushd', 'popd', 'source', '.']);

/** Takes in all that commands may change, whether or not they are reached. */
export function effectsOf(nodes: readonly SyntaxNode[]): Effects {
  const assigns = new Map<string, number>();
  let movesFolder = false;
  const visit = (node: SyntaxNode): void => {
    if (SEPARATE.has(node.type)) return;
    for (const name of namesIn(node)) assigns.set(name, (assigns.get(name) ?? 0) + 1);
    movesFolder ||= node.type === 'Command' && [node.name, ...node.args.slice(0, 1)].some((word) => word?.type === 'Word' && MOVING.has(word.value));
    forEachChild(node, visit);
  };
  for (const node of nodes) visit(node);
  return { assigns, movesFolder };
}

/** The variables that a node itself gives a value. */
function namesIn(node: SyntaxNode): readonly string[] {
  if (node.type === 'Assignment') return [node.name];
  if (node.type === 'For' || node.type === 'Select') return [node.name.value];
  if (node.type === 'ArithmeticCommand') return node.body.match(/[A-Za-z_]\w*/g) ?? [];
  if (node.type !== 'Command' || !ASSIGNING.has(node.name?.value ?? '')) return [];
  return ['REPLY', 'OPTARG', ...node.args.flatMap((arg) => (arg.type === 'Word' ? (/^\w+/.exec(arg.value)?.[0] ?? []) : []))];
}
