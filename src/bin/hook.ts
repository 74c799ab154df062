import { readFileSync } from 'node:fs';
import type { Layout } from '../config/layout.js';
import { answerHook } from '../hook/hook.js';
import type { Merging } from '../hook/hooked-session.js';
import { NO_TURNS } from '../sync/turns/no-turns.js';

/** How long to wait for the launcher's answer, in milliseconds. It answers sooner, even to a call that waits for its turn in vain. */
const ASK_MS = 25_000;

// The client starts this program for each shared file that a tool touches: node hook.js STATE_DIR SESSION_ID [SOCKET]. With SOCKET it
// asks the session's launcher first. After an error it exits with code 1, which the client shows and ignores: the call is not changed.
async function main([stateDir, id, socket]: readonly string[]): Promise<void> {
  if (stateDir === undefined || id === undefined) throw new Error('usage: hook STATE_DIR SESSION_ID [SOCKET]');
  const event = readFileSync(0, 'utf8');
  const asked = socket === undefined ? undefined : await ask(socket, event);
  const answer = asked ?? (await answerHook({ stateDir, id, loadLayout, loadMerging, turns: NO_TURNS, shellCalls: null }, event));
  if (answer !== undefined) process.stdout.write(answer);
}

async function ask(socket: string, event: string): Promise<string | undefined> {
  const { askLauncher } = await import('../sync/turns/ask.js');
  return askLauncher(socket, event, ASK_MS);
}

async function loadMerging(): Promise<Merging> {
  return import('../hook/merging.js');
}

let layout: Promise<Layout> | undefined;

/** Reads the user's config at the first call, and returns the same layout afterwards: several parts of one answer need it. */
async function loadLayout(): Promise<Layout> {
  return (layout ??= readLayout());
}

async function readLayout(): Promise<Layout> {
  const [{ loadConfig }, { loadLayout: layoutOf }] = await Promise.all([import('../config/config.js'), import('../config/layout.js')]);
  return layoutOf((await loadConfig(process.env)).layout);
}

void main(process.argv.slice(2));
