import { readFileSync } from 'node:fs';
import type { DriverRow } from '../merge/driver.js';
import { answerHook } from '../overlay/hook.js';

// Started by the client for each memory file that a tool touches: node hook.js STATE_DIR SESSION_ID. An error ends it
// with code 1, which the client shows and passes over: the call goes on unchanged.
async function main([stateDir, id]: readonly string[]): Promise<void> {
  if (stateDir === undefined || id === undefined) throw new Error('usage: hook STATE_DIR SESSION_ID');
  const answer = await answerHook({ stateDir, id, loadDrivers }, readFileSync(0, 'utf8'));
  if (answer !== undefined) process.stdout.write(answer);
}

async function loadDrivers(): Promise<readonly DriverRow[]> {
  const [{ loadConfig }, { loadLayout }] = await Promise.all([import('../launch/config.js'), import('../layout/layout.js')]);
  const { layout } = await loadConfig(process.env);
  return loadLayout(layout).drivers;
}

void main(process.argv.slice(2));
