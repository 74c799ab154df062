import table from '../../../../templates/shell/programs.json' with { type: 'json' };

const OPERAND_ROLES = [
  'look', 'list', 'read', 'file', 'entry', 'make', 'tree', 'destination', 'link', 'run', 'code', 'text', 'pair', 'never',
] as const;

/** What a program does with one of its words. */
export type OperandRole = (typeof OPERAND_ROLES)[number];

/** What a program does, as far as it does not depend on its options. */
export interface Behaviour {
  readonly operands: OperandRole;
  readonly first: readonly OperandRole[];
  readonly last: OperandRole | undefined;
  /** `several`: where it was given more than one path. */
  readonly loud: boolean | 'several';
  readonly folder: 'always' | 'bare' | 'never';
  readonly bareRole: 'list' | 'read' | 'tree';
  readonly prints: 'paths' | 'name' | 'elsewhere' | undefined;
  readonly filter: boolean;
  readonly always: boolean;
}

export interface ProgramRow extends Behaviour {
  readonly firstUnless: readonly string[];
  readonly options: ReadonlyMap<string, OperandRole>;
  readonly attached: readonly string[];
  readonly backup: readonly string[];
  readonly when: readonly { readonly options: readonly string[]; readonly change: Partial<Behaviour> }[];
  readonly keeps: boolean;
  readonly code: boolean;
  readonly apart: boolean;
  readonly everything: boolean;
}

/** A program that runs the rest of its words. */
export interface PrefixRow {
  /** Options that take a value. */
  readonly options: readonly string[];
  /** How many words there are before those that are run. */
  readonly skip: number;
  /** Options with which it runs nothing. */
  readonly tells: readonly string[];
  /** Options with which the command is left alone. */
  readonly never: readonly string[];
}

/** What is known of a program, by its name; undefined for one that the table does not have. */
export function programRow(name: string): ProgramRow | undefined {
  return ROWS.get(name);
}

export function prefixRow(name: string): PrefixRow | undefined {
  return PREFIXES.get(name);
}

interface RawBehaviour {
  readonly operands?: string | undefined;
  readonly first?: readonly string[] | undefined;
  readonly last?: string | undefined;
  readonly loud?: boolean | string | undefined;
  readonly folder?: string | undefined;
  readonly bareRole?: string | undefined;
  readonly prints?: string | undefined;
  readonly filter?: boolean | undefined;
  readonly always?: boolean | undefined;
}

interface RawRow extends RawBehaviour {
  readonly programs: readonly string[];
  readonly firstUnless?: readonly string[] | undefined;
  readonly options?: Readonly<Record<string, string | undefined>> | undefined;
  readonly attached?: readonly string[] | undefined;
  readonly backup?: readonly string[] | undefined;
  readonly when?: readonly (RawBehaviour & { readonly options: readonly string[] })[] | undefined;
  readonly keeps?: boolean | undefined;
  readonly code?: boolean | undefined;
  readonly apart?: boolean | undefined;
  readonly everything?: boolean | undefined;
}

const UNTOLD: Behaviour = { operands: 'read', first: [], last: undefined, loud: false, folder: 'never', bareRole: 'read', prints: undefined, filter: false, always: false };

function toRow(raw: RawRow): ProgramRow {
  return {
    ...UNTOLD,
    ...toBehaviour(raw),
    firstUnless: raw.firstUnless ?? [],
    options: new Map(Object.entries(raw.options ?? {}).flatMap(([option, role]) => (role === undefined ? [] : [[option, toRole(role)] as const]))),
    attached: raw.attached ?? [],
    backup: raw.backup ?? [],
    when: (raw.when ?? []).map((row) => ({ options: row.options, change: toBehaviour(row) })),
    keeps: raw.keeps ?? false,
    code: raw.code ?? false,
    apart: raw.apart ?? false,
    everything: raw.everything ?? false,
  };
}

function toBehaviour({ operands, first, last, loud, folder, bareRole, prints, filter, always }: RawBehaviour): Partial<Behaviour> {
  return {
    ...(operands !== undefined && { operands: toRole(operands) }),
    ...(first !== undefined && { first: first.map(toRole) }),
    ...(last !== undefined && { last: toRole(last) }),
    ...(loud !== undefined && { loud: typeof loud === 'string' ? oneOf(['several'] as const, loud) : loud }),
    ...(folder !== undefined && { folder: oneOf(['always', 'bare', 'never'] as const, folder) }),
    ...(bareRole !== undefined && { bareRole: oneOf(['list', 'read', 'tree'] as const, bareRole) }),
    ...(prints !== undefined && { prints: oneOf(['paths', 'name', 'elsewhere'] as const, prints) }),
    ...(filter !== undefined && { filter }),
    ...(always !== undefined && { always }),
  };
}

function toRole(word: string): OperandRole {
  return oneOf(OPERAND_ROLES, word);
}

/** Throws a plain `Error` for a word that is none of them: the table ships with the program. */
function oneOf<T extends string>(words: readonly T[], word: string): T {
  const found = words.find((known) => known === word);
  if (found === undefined) throw new Error(`templates/shell/programs.json: "${word}" is none of ${words.join(', ')}`);
  return found;
}

const RAW_ROWS: readonly RawRow[] = table.rows;
const ROWS: ReadonlyMap<string, ProgramRow> = new Map(RAW_ROWS.flatMap((raw) => {
  const row = toRow(raw);
  return raw.programs.map((name) => [name, row] as const);
}));

interface RawPrefix {
  readonly programs: readonly string[];
  readonly options?: readonly string[] | undefined;
  readonly skip?: number | undefined;
  readonly tells?: readonly string[] | undefined;
  readonly never?: readonly string[] | undefined;
}

const RAW_PREFIXES: readonly RawPrefix[] = table.prefixes;
const PREFIXES: ReadonlyMap<string, PrefixRow> = new Map(RAW_PREFIXES.flatMap(({ programs, options, skip, tells, never }) => {
  const row: PrefixRow = { options: options ?? [], skip: skip ?? 0, tells: tells ?? [], never: never ?? [] };
  return programs.map((name) => [name, row] as const);
}));
