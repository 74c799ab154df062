import { delimiter, dirname, join } from 'node:path';
import type { Environment } from './real-client.js';

export interface EnvironmentOptions {
  /** The temporary home; the client also keeps its own temporary files below it. */
  readonly home: string;
  /** The Messages API to talk to, with an API key. Without it the run cannot reach any model. */
  readonly api?: { readonly url: string } | undefined;
  /** Folders to search before the fixed ones. */
  readonly path?: readonly string[];
  /** Overrides everything else. */
  readonly extra?: Environment;
}

/** The key that `seedClaude` approves, so that interactive runs do not ask about it. */
export const apiKey = 'sk-ant-loopback-key-0000000000000000';

/**
 * An explicit environment for the real client: no variable of the caller's, no traffic but loopback.
 *
 * The search path has the given folders, node's own folder and the system's; so a `claude` installed there is on it.
 */
export function isolatedEnvironment({ home, api, path = [], extra = {} }: EnvironmentOptions): Environment {
  return {
    HOME: home,
    PATH: [...path, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    PCLAUDE_STATE_DIR: stateDir(home),
    TMPDIR: join(home, 'tmp'),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    SHELL: '/bin/bash',
    ...(api === undefined ? {} : { ANTHROPIC_BASE_URL: api.url, ANTHROPIC_API_KEY: apiKey }),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: '1',
    DISABLE_AUTOUPDATER: '1',
    IS_SANDBOX: '1',
    ...extra,
  };
}

/** The state dir of pclaude for a run with this home: its own default, made explicit. */
export function stateDir(home: string): string {
  return join(home, '.local', 'state', 'pclaude');
}
