import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { attempt } from '../../src/system/attempt.js';
import { processesWithHome } from './processes.js';
import type { Sandbox } from './sandbox.js';

const call = promisify(execFile);

/**
 * The files that contain a text: in the sandbox outside its shared dir; in the folders for temporary files and for shared memory, if they
 * are newer than the sandbox; and files without a name that processes of the sandbox hold open.
 */
export async function filesHolding(sandbox: Sandbox, text: string): Promise<string[]> {
  const { home, at } = sandbox;
  const inside = await found([home, '-path', at('.claude'), '-prune', '-o', '-type', 'f'], text);
  const outside = [...new Set([tmpdir(), '/tmp', '/dev/shm'])];
  // Deeper folders are those of other programs.
  const newer = ['-newer', at('project/README.md'), '-size', '-64M'];
  const skipped = ['-name', 'pclaude-*', '-prune', '-o', '-name', 'node_modules', '-prune', '-o', '-type', 'f', ...newer];
  const elsewhere = await found([...outside, '-maxdepth', '2', ...skipped], text);
  return [...inside, ...elsewhere, ...(await unnamedFiles(home, text))].filter((path) => path !== at('.claude.json')).toSorted();
}

async function found(where: readonly string[], text: string): Promise<string[]> {
  // Other programs remove their files meanwhile, about which find and grep complain.
  const { stdout } = await call('sh', ['-c', 'find "$@" 2> /dev/null; true', 'sh', ...where, '-exec', 'grep', '-slF', text, '{}', '+']);
  return stdout.split('\n').filter(Boolean);
}

async function unnamedFiles(home: string, text: string): Promise<string[]> {
  const processes = await processesWithHome(home);
  return processes.flatMap(({ pid, command }) => {
    const folder = `/proc/${pid}/fd`;
    const names = attempt(() => readdirSync(folder));
    return names.status === 'rejected'
      ? []
      : names.value.flatMap((name) => (isUnnamed(join(folder, name), text) ? [`${command}: ${name}`] : []));
  });
}

function isUnnamed(descriptor: string, text: string): boolean {
  const held = attempt(() => / \(deleted\)$|^\/memfd:/.test(readlinkSync(descriptor)) && readFileSync(descriptor).includes(text));
  return held.status === 'fulfilled' && held.value;
}
