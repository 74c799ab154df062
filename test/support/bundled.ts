import { basename } from 'node:path';
import { build } from 'esbuild';
import type { Program } from './real-client.js';
import { createScratch } from './scratch.js';

/** Bundles a TypeScript file into a program that starts quickly: for programs that are started often and start none themselves. */
export async function bundled(source: string): Promise<Program> {
  const file = createScratch().at(`${basename(source, '.ts')}.cjs`);
  await build({
    entryPoints: [source],
    outfile: file,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  });
  return { name: basename(source, '.ts'), file: process.execPath, args: [file], env: {} };
}
