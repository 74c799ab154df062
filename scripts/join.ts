import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, normalize, relative } from 'node:path';
import ts from 'typescript';

// Joins source files, and rewrites every import of them: `tsx scripts/join.ts TABLE [--dry]`. A line of the table is a target, a colon
// and its parts in the order of their code. Run it in a clean checkout.

const [, , table = '', mode = ''] = process.argv;
const groups = new Map<string, string[]>();
for (const line of readFileSync(table, 'utf8').split('\n')) {
  const [, target, parts] = /^([^\s#]+\.ts): (.+)$/.exec(line.trim()) ?? [];
  if (target !== undefined && parts !== undefined) groups.set(target, parts.trim().split(/\s+/));
}
const moved = new Map<string, string>();
for (const [target, parts] of groups) for (const part of parts) moved.set(part, target);
const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));
const problems: string[] = [];

interface Binding {
  readonly imported: string;
  readonly local: string;
  readonly isType: boolean;
}
interface Imports {
  attributes: string;
  side: boolean;
  default?: string;
  defaultIsType?: boolean;
  namespace?: string;
  named: Map<string, Binding>;
}

const texts = new Map<string, string>();
for (const path of tracked) {
  if (!['.ts', '.md', '.json', '.jsonc', '.sh', '.pl', '.mjs'].includes(extname(path)) || path === 'package-lock.json') continue;
  texts.set(path, readFileSync(path, 'utf8'));
}
const parse = (path: string, text = texts.get(path) ?? ''): ts.SourceFile => ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);

/** Where a relative specifier of a file leads now, as a specifier of the file's new place. Undefined for a package. */
function respell(from: string, specifier: string): { spelled: string; target: string } | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const plain = normalize(join(dirname(from), specifier));
  const source = plain.replace(/\.js$/, '.ts');
  const target = texts.has(source) ? (moved.get(source) ?? source) : plain;
  const home = dirname(moved.get(from) ?? from);
  let spelled = relative(home, target === plain ? target : target.replace(/\.ts$/, '.js'));
  if (!spelled.startsWith('.')) spelled = `./${spelled}`;
  if (specifier.endsWith('/') && !spelled.endsWith('/')) spelled += '/';
  return { spelled, target };
}

/** Rewrites specifiers that are not import declarations: `import()`, `export … from`, `new URL`, mocks. */
function withReferences(path: string, text: string, skip: string | undefined): string {
  return text.replace(
    /((?:\bfrom|\bimport\(|\bnew URL\(|\bmock\(|\bimportActual(?:<[^>]*>)?\()\s*)(['"`])(\.{1,2}\/[^'"`]*)(['"`])/g,
    (whole, before: string, quote: string, specifier: string) => {
      const found = respell(path, specifier);
      if (!found) return whole;
      if (skip !== undefined && found.target === skip) problems.push(`${path}: refers to its own file by ${before}${specifier}`);
      return `${before}${quote}${found.spelled}${quote}`;
    },
  );
}

function addImport(all: Map<string, Imports>, path: string, node: ts.ImportDeclaration, own: string | undefined): void {
  const raw = specifierOf(node);
  const found = respell(path, raw);
  const clause = node.importClause;
  if (found && own !== undefined && found.target === own) {
    if (clause?.name || (clause?.namedBindings && ts.isNamespaceImport(clause.namedBindings)))
      problems.push(`${path}: default or namespace of ${raw}`);
    if (clause?.namedBindings && ts.isNamedImports(clause.namedBindings))
      for (const element of clause.namedBindings.elements)
        if (element.propertyName) problems.push(`${path}: ${element.getText()} from ${raw} is now its own file`);
    return;
  }
  const key = found?.spelled ?? raw;
  const imports = all.get(key) ?? {
    attributes: node.attributes ? ` ${node.attributes.getText()}` : '',
    side: false,
    named: new Map<string, Binding>(),
  };
  all.set(key, imports);
  if (!clause) imports.side = true;
  if (clause?.name) {
    imports.default = clause.name.text;
    imports.defaultIsType = (clause.isTypeOnly ?? false) && imports.defaultIsType !== false;
  }
  const bindings = clause?.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) {
    if (imports.namespace !== undefined && imports.namespace !== bindings.name.text) problems.push(`${path}: two namespaces of ${key}`);
    imports.namespace = bindings.name.text;
  }
  if (bindings && ts.isNamedImports(bindings))
    for (const element of bindings.elements) {
      const isType = (clause?.isTypeOnly ?? false) || element.isTypeOnly;
      const local = element.name.text;
      const before = imports.named.get(local);
      const imported = element.propertyName?.text ?? local;
      if (before && before.imported !== imported) problems.push(`${path}: ${local} means two things`);
      imports.named.set(local, { imported, local, isType: isType && (before?.isType ?? true) });
    }
}

function printImport(specifier: string, { attributes, side, default: main, defaultIsType, namespace, named }: Imports): string {
  const lines: string[] = [];
  if (side && main === undefined && namespace === undefined && named.size === 0) lines.push(`import '${specifier}';`);
  if (namespace !== undefined) lines.push(`import * as ${namespace} from '${specifier}';`);
  const list = [...named.values()].toSorted((a, b) => a.imported.toLowerCase().localeCompare(b.imported.toLowerCase()));
  const allTypes = list.every(({ isType }) => isType) && (main === undefined || defaultIsType === true);
  if (main !== undefined || list.length > 0) {
    const names = list.map(
      ({ imported, local, isType }) => `${isType && !allTypes ? 'type ' : ''}${imported === local ? local : `${imported} as ${local}`}`,
    );
    const parts = [main, names.length > 0 ? `{ ${names.join(', ')} }` : undefined].filter((part) => part !== undefined);
    lines.push(`import ${allTypes ? 'type ' : ''}${parts.join(', ')} from '${specifier}'${attributes};`);
  }
  return lines.join('\n');
}

function rank(key: string): string {
  return key.startsWith('.') ? `2${key.replace(/^\.\//, '~')}` : `1${key}`;
}

function sortedImports(all: Map<string, Imports>): string {
  return [...all]
    .toSorted(([a], [b]) => (rank(a) < rank(b) ? -1 : 1))
    .map(([key, imports]) => printImport(key, imports))
    .filter((line) => line !== '')
    .join('\n');
}

const declared = (source: ts.SourceFile): string[] =>
  source.statements.flatMap((node) => {
    if (ts.isVariableStatement(node))
      return node.declarationList.declarations.flatMap((one) => (ts.isIdentifier(one.name) ? [one.name.text] : []));
    if (
      (ts.isFunctionDeclaration(node) ||
        ts.isClassDeclaration(node) ||
        ts.isInterfaceDeclaration(node) ||
        ts.isTypeAliasDeclaration(node)) &&
      node.name
    )
      return [node.name.text];
    return [];
  });

const results = new Map<string, string>();
for (const [target, parts] of groups) {
  const all = new Map<string, Imports>();
  const bodies: string[] = [];
  const names = new Map<string, string>();
  for (const part of parts) {
    const source = parse(part);
    const text = source.text;
    const imports = source.statements.filter(ts.isImportDeclaration);
    for (const node of imports) addImport(all, part, node, target);
    const last = imports.at(-1);
    const first = imports[0];
    const head = first ? text.slice(0, first.getStart()).trim() : '';
    for (const node of source.statements)
      if (last && !ts.isImportDeclaration(node) && node.getStart() < last.getStart()) problems.push(`${part}: code before an import`);
    const body = withReferences(part, last ? text.slice(last.end) : text, target).trim();
    bodies.push(head === '' ? body : `${head}\n\n${body}`);
    for (const name of declared(source)) {
      const other = names.get(name);
      if (other !== undefined && other !== part) problems.push(`${target}: ${name} stands in ${other} and ${part}`);
      names.set(name, part);
    }
  }
  for (const { named, default: main, namespace } of all.values())
    for (const local of [...named.keys(), main, namespace])
      if (local !== undefined && names.has(local)) problems.push(`${target}: ${local} is imported, and declared in ${names.get(local)}`);
  const imported = new Map<string, string>();
  for (const [key, { named }] of all)
    for (const local of named.keys()) {
      const other = imported.get(local);
      if (other !== undefined) problems.push(`${target}: ${local} is imported from ${other} and ${key}`);
      imported.set(local, key);
    }
  results.set(target, `${[sortedImports(all), ...bodies].filter((one) => one !== '').join('\n\n')}\n`);
}
for (const [path, text] of texts) {
  if (moved.has(path) || extname(path) !== '.ts') continue;
  const source = parse(path);
  const imports = source.statements.filter(ts.isImportDeclaration);
  const touches = imports.some((node) => {
    const found = respell(path, specifierOf(node));
    return found && found.spelled !== specifierOf(node);
  });
  const first = imports[0];
  const last = imports.at(-1);
  if (!touches || !first || !last) {
    const after = withReferences(path, text, undefined);
    if (after !== text) results.set(path, after);
    continue;
  }
  const all = new Map<string, Imports>();
  for (const node of imports) addImport(all, path, node, undefined);
  const between = text.slice(first.getStart(), last.end);
  if (between.split('\n').some((line) => /^\s*(\/\/|\/\*)/.test(line))) problems.push(`${path}: a comment between imports`);
  results.set(path, `${text.slice(0, first.getStart())}${sortedImports(all)}${withReferences(path, text.slice(last.end), undefined)}`);
}
// An export that only its own file uses any more is none.
const used = new Map<string, Set<string>>();
const dynamic = new Map<string, string[]>();
for (const path of new Set([...texts.keys(), ...results.keys()])) {
  if (extname(path) !== '.ts' || (moved.has(path) && !groups.has(path))) continue;
  const text = results.get(path) ?? texts.get(path) ?? '';
  const source = parse(path, text);
  for (const node of source.statements) {
    const specifier =
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier ? specifierOf(node) : undefined;
    if (!specifier?.startsWith('.')) continue;
    const target = normalize(join(dirname(path), specifier)).replace(/\.js$/, '.ts');
    const names = used.get(target) ?? new Set<string>();
    used.set(target, names);
    const bindings = ts.isImportDeclaration(node)
      ? node.importClause?.namedBindings
      : ts.isExportDeclaration(node)
        ? node.exportClause
        : undefined;
    if (bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings)))
      for (const one of bindings.elements) names.add((one.propertyName ?? one.name).text);
    else names.add('*');
  }
  for (const [, specifier = ''] of text.matchAll(/\bimport(?:Actual(?:<[^>]*>)?)?\(\s*['"`](\.[^'"`]*)['"`]/g)) {
    const target = normalize(join(dirname(path), specifier)).replace(/\.js$/, '.ts');
    dynamic.set(target, [...(dynamic.get(target) ?? []), text]);
  }
}
for (const target of groups.keys()) {
  const text = results.get(target) ?? '';
  if (target.startsWith('src/bin/')) continue;
  const source = parse(target, text);
  const cuts: number[] = [];
  for (const node of source.statements) {
    const modifier = ts.canHaveModifiers(node)
      ? ts.getModifiers(node)?.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : undefined;
    if (!modifier) continue;
    const names = ts.isVariableStatement(node)
      ? node.declarationList.declarations.map(({ name }) => name.getText())
      : (ts.isFunctionDeclaration(node) ||
            ts.isClassDeclaration(node) ||
            ts.isInterfaceDeclaration(node) ||
            ts.isTypeAliasDeclaration(node)) &&
          node.name
        ? [node.name.text]
        : ['*'];
    const users = used.get(target);
    const isUsed = names.some(
      (name) =>
        name === '*' ||
        users?.has(name) ||
        users?.has('*') ||
        (dynamic.get(target) ?? []).some((other) => new RegExp(`\\b${name}\\b`).test(other)),
    );
    if (!isUsed) cuts.push(modifier.getStart());
  }
  let after = text;
  for (const at of cuts.toReversed()) after = after.slice(0, at) + after.slice(at).replace(/^export\s+/, '');
  results.set(target, after);
}
for (const problem of problems) console.log(problem);
console.log(`${groups.size} targets of ${moved.size} parts, ${problems.length} problems`);
if (mode !== '--dry' && problems.length === 0) {
  for (const part of moved.keys()) rmSync(part);
  const named = (text: string): string =>
    text.replace(
      /\b(src\/)?((?:bin|commands|launch|hook|worktree|coordination|sync|session|client|config|merge|system)\/[\w./-]+\.ts)/g,
      (whole, prefix: string | undefined, path: string) => {
        const target = moved.get(`src/${path}`);
        return target === undefined ? whole : `${prefix ?? ''}${target.slice(4)}`;
      },
    );
  for (const [path, text] of texts) if (!results.has(path) && !moved.has(path) && named(text) !== text) results.set(path, text);
  for (const [path, text] of results) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, named(text));
  }
  execFileSync('git', ['add', '-A']);
}

function specifierOf({ moduleSpecifier }: ts.ImportDeclaration | ts.ExportDeclaration): string {
  return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
}
