import { readFileSync } from 'node:fs';
import type { Layout } from '../layout/layout.js';
import { answerHook } from '../overlay/hook.js';
import type { Manifest } from '../session/manifest.js';
import type { SessionPaths } from '../session/paths.js';

// Started by the client for each memory file that a tool touches: node hook.js STATE_DIR SESSION_ID. An error ends it
// with code 1, which the client shows and passes over: the call goes on unchanged.
async function main([stateDir, id]: readonly string[]): Promise<void> {
  if (stateDir === undefined || id === undefined) throw new Error('usage: hook STATE_DIR SESSION_ID');
  const answer = await answerHook({ stateDir, id, loadLayout, loadRefusals }, readFileSync(0, 'utf8'));
  if (answer !== undefined) process.stdout.write(answer);
}

async function loadLayout(): Promise<Layout> {
  const [{ loadConfig }, { loadLayout: load }] = await Promise.all([import('../launch/config.js'), import('../layout/layout.js')]);
  const { layout } = await loadConfig(process.env);
  return load(layout);
}

async function loadRefusals(paths: SessionPaths, manifest: Manifest): Promise<readonly string[]> {
  const { refusalsOf } = await import('../launch/refusals.js');
  return refusalsOf(paths, manifest);
}

void main(process.argv.slice(2));
