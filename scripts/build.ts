import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import ts from 'typescript';
import { notices } from './notices.js';

// Builds one CommonJS file per program, and one for each module behind an `import()`. Loaded as ES modules, the same code takes
// 20 ms longer to reach the client, most of it for the facades of Node's built-in modules.
const OUT = 'dist';
/** The library that other programs import. */
const LIBRARY = 'src/bin/index.ts';
const later = new Set<string>();
const inputs = new Set<string>();

/** Keeps modules behind an `import()` out of the file that imports them. */
const separateLater: Plugin = {
  name: 'separate-later',
  setup(host) {
    host.onResolve({ filter: /^\./ }, async ({ kind, path, resolveDir, importer, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === separateLater) return undefined;
      const found = await host.resolve(path, { kind, resolveDir, importer, pluginData: separateLater });
      later.add(found.path);
      return { path: `./${chunkName(found.path)}.js`, external: true };
    });
  },
};

/** The name of a module behind an `import()` among the built files. */
function chunkName(path: string): string {
  return relative('src', path).replace(/\.ts$/, '').replaceAll('/', '-');
}

async function bundle(entryPoints: Readonly<Record<string, string>>): Promise<void> {
  const { metafile } = await build({
    entryPoints,
    metafile: true,
    outdir: OUT,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    // Node loads a CommonJS file faster by `require` than by `import`.
    supported: { 'dynamic-import': false },
    // jsonc-parser's `main` is a UMD file that a bundler cannot follow.
    mainFields: ['module', 'main'],
    // A prebuilt addon that is opened by its file name.
    external: ['fs-native-extensions'],
    define: { 'import.meta.url': '__filename' },
    legalComments: 'none',
    // Names are kept, for error stacks; the rest is minified, which saves a millisecond of each launch.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'warning',
    plugins: [separateLater],
  });
  for (const path of Object.keys(metafile.inputs)) inputs.add(path);
}

/** The declarations of one file. Throws if they need those of another file. */
async function declarations(path: string): Promise<string> {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(await readFile(path, 'utf8'), {
    fileName: path,
    compilerOptions: { isolatedDeclarations: true },
  });
  const [problem] = diagnostics;
  if (problem) throw new Error(`${path}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`);
  if (/^import /m.test(outputText)) throw new Error(`${path}: its types are not all in it`);
  return outputText;
}

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT);
await writeFile(`${OUT}/package.json`, '{ "type": "commonjs" }\n');
const programs = ['pclaude', 'pclaudectl', 'hook', 'index'];
await bundle(Object.fromEntries(programs.map((name) => [name, `src/bin/${name}.ts`])));
await writeFile(`${OUT}/index.d.ts`, await declarations(LIBRARY));
const built = new Set<string>();
while (built.size < later.size) {
  const next = [...later].filter((path) => !built.has(path));
  for (const path of next) built.add(path);
  await bundle(Object.fromEntries(next.map((path) => [chunkName(path), path])));
}
await copyFile('src/bin/ask.pl', `${OUT}/ask.pl`);
await writeFile(`${OUT}/THIRD-PARTY-LICENSES.txt`, notices(inputs));
await Promise.all(['pclaude', 'pclaudectl'].map(async (name) => chmod(`${OUT}/${name}.js`, 0o755)));
