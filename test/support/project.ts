import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startMessagesApi, type MessagesApi } from './messages-api.js';
import type { Environment } from './real-client.js';
import { createSandbox, type Sandbox } from './sandbox.js';

/** A user's home with a project in it, and a scripted model: the start of most tests. */
export interface Project {
  readonly sandbox: Sandbox;
  readonly api: MessagesApi;
  /** A git repository. */
  readonly cwd: string;
  readonly env: Environment;
  /** A path in the dir that plain `claude` uses. */
  readonly shared: (...parts: string[]) => string;
  /** The client's state file for that dir. */
  readonly stateFile: string;
}

export interface ProjectOptions {
  /** The user's CLAUDE_CONFIG_DIR, relative to their home; without it the variable is not set. */
  readonly configDir?: string | undefined;
  /** Puts the project beside the home, not below it. */
  readonly outside?: boolean;
  /** The client asks whether to trust the project. */
  readonly untrusted?: boolean;
}

/** Makes a home, a project and a scripted model; all are removed when the test ends. */
export async function createProject({ configDir, outside = false, untrusted = false }: ProjectOptions = {}): Promise<Project> {
  const sandbox = await createSandbox();
  const api = await startMessagesApi();
  const cwd = await (outside ? await createSandbox() : sandbox).repo('project');
  const trust = untrusted ? [] : [cwd];
  await sandbox.seedClaude(configDir === undefined ? { trust } : { trust, configDir });
  const extra = configDir === undefined ? {} : { CLAUDE_CONFIG_DIR: sandbox.at(configDir) };
  const shared = (...parts: string[]): string => sandbox.at(configDir ?? '.claude', ...parts);
  return {
    sandbox,
    api,
    cwd,
    env: sandbox.env({ api, extra }),
    shared,
    stateFile: configDir === undefined ? sandbox.at('.claude.json') : shared('.claude.json'),
  };
}

/** The homes of the sessions that are not merged yet. */
export async function openHomes({ stateDir }: Sandbox): Promise<string[]> {
  const ids = await readdir(join(stateDir, 'open')).catch(() => []);
  return ids.map((id) => join(stateDir, 'sessions', id, '.claude'));
}
