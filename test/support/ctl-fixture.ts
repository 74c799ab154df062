import { newId } from '../../src/system/id.js';
import { type Environment, pclaudectl } from './real-client.js';
import { run, type RunResult } from './run.js';
import { createScratch, type Scratch } from './scratch.js';
import { openSession, type OpenSession } from './session.js';
import { leaveUnverified } from './unverified.js';

/** A shared dir with killed sessions, and `pclaudectl` for them. */
export interface CtlFixture {
  readonly scratch: Scratch;
  /** Makes a session from the current shared dir, lets it work, and kills it. */
  readonly killed: (branch: string, work: (session: OpenSession) => void) => OpenSession;
  readonly ctl: (...args: string[]) => Promise<RunResult>;
  /** The same with additional variables. */
  readonly ctlWith: (environment: Environment, ...args: string[]) => Promise<RunResult>;
  /** The same, started by this shell code, in which `"$0" "$@"` is pclaudectl. */
  readonly ctlIn: (shell: string, environment: Environment, ...args: string[]) => Promise<RunResult>;
  /** The environment of pclaudectl. */
  readonly env: Environment;
}

export function createCtlFixture(): CtlFixture {
  const scratch = createScratch();
  scratch.folder('shared');
  let sessions = 0;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: scratch.at('home'),
    CLAUDE_CONFIG_DIR: scratch.at('shared'),
    PCLAUDE_STATE_DIR: scratch.at('state'),
  };
  const ctlWith = async (more: Environment, ...args: string[]): Promise<RunResult> =>
    run(pclaudectl, args, { cwd: scratch.root, env: { ...env, ...more } });
  const ctlIn = async (shell: string, more: Environment, ...args: string[]): Promise<RunResult> => {
    const { file, args: before } = pclaudectl;
    return run({ ...pclaudectl, file: '/bin/sh', args: ['-c', shell, file, ...before] }, args, {
      cwd: scratch.root,
      env: { ...env, ...more },
    });
  };
  return {
    scratch,
    killed(branch, work) {
      const session = openSession(scratch, newId(), { branch, startedAt: ++sessions });
      work(session);
      session.lock.release();
      return session;
    },
    ctl: async (...args) => ctlWith({}, ...args),
    ctlWith,
    ctlIn,
    env,
  };
}

/** Makes a tool of the session write a memory whose write is not verified yet. */
export function writeMemory(scratch: Scratch, session: OpenSession, place: string, content: string, base?: string): void {
  leaveUnverified(scratch, session, `call-${newId()}`, place, content, base);
}
