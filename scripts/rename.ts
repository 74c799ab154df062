import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

// Renames what files export, in the whole project: `tsx scripts/rename.ts TABLE`. A line of the table is a file, a name that it exports, or
// `Interface.member`, and the new name.

const [, , table = ''] = process.argv;
const { fileNames, options } = ts.parseJsonConfigFileContent(ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)).config, ts.sys, '.');
const texts = new Map<string, { text: string; version: number }>(fileNames.map((name) => [resolve(name), { text: readFileSync(name, 'utf8'), version: 0 }]));
const host: ts.LanguageServiceHost = {
  getCompilationSettings: () => options,
  getScriptFileNames: () => [...texts.keys()],
  getScriptVersion: (name) => String(texts.get(name)?.version ?? 0),
  getScriptSnapshot: (name) => {
    const text = texts.get(name)?.text ?? ts.sys.readFile(name);
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
  },
  getCurrentDirectory: () => process.cwd(),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (path) => ts.sys.fileExists(path),
  readFile: (path) => ts.sys.readFile(path),
  readDirectory: (...args) => ts.sys.readDirectory(...args),
  directoryExists: (path) => ts.sys.directoryExists(path),
  getDirectories: (path) => ts.sys.getDirectories(path),
};
const service = ts.createLanguageService(host);

for (const line of readFileSync(table, 'utf8').split('\n')) {
  const [path, name, next] = line.trim().split(/\s+/);
  if (path === undefined || name === undefined || next === undefined) continue;
  rename(resolve(path), name, next);
}
for (const [path, { text, version }] of texts) if (version > 0) writeFileSync(path, text);

function rename(path: string, name: string, next: string): void {
  const source = service.getProgram()?.getSourceFile(path);
  const at = source === undefined ? undefined : declarationOf(source, name);
  if (at === undefined) {
    console.error(`no ${name} in ${path}`);
    return;
  }
  const locations = service.findRenameLocations(path, at, false, false, { providePrefixAndSuffixTextForRename: false }) ?? [];
  const old = name.split('.').at(-1) ?? name;
  const byFile = new Map<string, ts.RenameLocation[]>();
  for (const location of locations) byFile.set(location.fileName, [...(byFile.get(location.fileName) ?? []), location]);
  for (const [fileName, spots] of byFile) {
    const known = texts.get(fileName);
    if (known === undefined) continue;
    let { text } = known;
    const tree = service.getProgram()?.getSourceFile(fileName);
    for (const { textSpan } of spots.toSorted((one, other) => other.textSpan.start - one.textSpan.start)) {
      const isShorthand = tree !== undefined && isShorthandAt(tree, textSpan.start);
      const isMember = name.includes('.');
      const written = isShorthand ? (isMember ? `${next}: ${old}` : `${old}: ${next}`) : next;
      text = text.slice(0, textSpan.start) + written + text.slice(textSpan.start + textSpan.length);
    }
    texts.set(fileName, { text, version: known.version + 1 });
  }
  console.log(`${name} -> ${next}: ${locations.length} in ${byFile.size} files`);
}

function declarationOf(source: ts.SourceFile, name: string): number | undefined {
  const [outer = '', member] = name.split('.');
  for (const statement of source.statements) {
    const named = nameOf(statement);
    if (named?.getText(source) !== outer) continue;
    if (member === undefined) return named.getStart(source);
    let found: number | undefined;
    ts.forEachChild(statement, function look(node): void {
      if (found === undefined && (ts.isPropertySignature(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node)) && node.name.getText(source) === member) found = node.name.getStart(source);
      ts.forEachChild(node, look);
    });
    return found;
  }
  return undefined;
}

function nameOf(statement: ts.Statement): ts.Node | undefined {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]?.name;
  const isNamed = ts.isFunctionDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isClassDeclaration(statement);
  return isNamed ? statement.name : undefined;
}

function isShorthandAt(source: ts.SourceFile, position: number): boolean {
  let found = false;
  ts.forEachChild(source, function look(node): void {
    if (node.pos > position || node.end < position) return;
    if (ts.isShorthandPropertyAssignment(node) && node.name.getStart(source) === position) found = true;
    ts.forEachChild(node, look);
  });
  return found;
}
