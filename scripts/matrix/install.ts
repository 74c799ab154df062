import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Installs one version of the client into a folder, unless it is installed there, without running any install script. Returns the
 * program: the native binary in the package for this system. Throws if a version has none.
 */
export async function installClient(folder: string, version: string): Promise<string> {
  const program = join(folder, 'node_modules', '@anthropic-ai', `claude-code-${process.platform}-${process.arch}`, 'claude');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  // Without it npm would look for a package in the parent folders.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await promisify(execFile)('npm', [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `@anthropic-ai/claude-code@${version}`,
  ]);
  if (!existsSync(program)) throw new Error(`Claude Code ${version} brings no native program for ${process.platform}-${process.arch}`);
  return program;
}
