import { chmod, rm } from 'node:fs/promises';
import { build } from 'esbuild';

// One file a program, and what they load later in chunks of its own. Only fs-native-extensions stays outside: it is a
// prebuilt addon that is opened by its file name.
await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/bin/pclaude.ts', 'src/bin/pclaudectl.ts', 'src/bin/hook.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // jsonc-parser's `main` is a UMD file that a bundler cannot follow.
  mainFields: ['module', 'main'],
  external: ['fs-native-extensions'],
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  logLevel: 'warning',
});
await Promise.all(['pclaude', 'pclaudectl'].map((name) => chmod(`dist/${name}.js`, 0o755)));
