import { execFile } from 'node:child_process';
import { UserError } from '../errors.js';
import { hasCode } from '../fs/fs-error.js';

/** What git said, whatever that was. */
export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `worktree list --porcelain` tells since then why a worktree is locked. */
const OLDEST = '2.31';

/** What leads git to another repository than the one in the working folder; a hook or an alias that started us has set it. */
const REDIRECTING: ReadonlySet<string> = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

/** Runs git in a folder and resolves to what it printed. Throws `git-missing`, and `git-failed` with git's own reason. */
export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  return gitWith({}, cwd, ...args);
}

/** The same with more than arguments. */
export async function gitWith(given: GitInput, cwd: string, ...args: readonly string[]): Promise<string> {
  const result = await tryGit(cwd, args, given);
  if (result.code === 0) return result.stdout;
  throw new UserError('git-failed', `git ${args[0] ?? ''}: ${reasonIn(result)}`, `correct that; git ran in ${cwd}`);
}

/** What else git is given. */
export interface GitInput {
  readonly input?: string;
  /** The index that it works with, in place of the working tree's own. */
  readonly index?: string;
}

/** The same where any exit code is an answer. Throws `git-missing`. */
export async function tryGit(cwd: string, args: readonly string[], { input = '', index }: GitInput = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const env = { ...gitEnvironment(process.env), ...(index === undefined ? {} : { GIT_INDEX_FILE: index }) };
    const options = { cwd, env, encoding: 'utf8', maxBuffer: Infinity } as const;
    const child = execFile('git', ['--no-optional-locks', ...args], options, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number' && error.signal === undefined) reject(hasCode(error, 'ENOENT') ? missing(cwd) : error);
      else resolve({ code: codeOf(error), stdout, stderr });
    });
    // git may end without having read it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** The paths in output that was asked for with `-z`. */
export function records(output: string): string[] {
  return output.split('\0').filter((record) => record !== '');
}

/** The environment for git, and for whatever works in a worktree: nothing in it leads to another repository. */
export function gitEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !REDIRECTING.has(name)));
}

/** Why git failed, in one line. */
export function reasonIn({ stderr, code }: GitResult): string {
  const lines = stderr.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const line = lines.find((each) => /^(?:fatal|error): /.test(each)) ?? lines.at(-1);
  return line?.replace(/^\w+: /, '') ?? `it ended with code ${code}`;
}

/** Throws `git-missing` where git is older than what we need. */
export async function requireGit(cwd: string): Promise<void> {
  const version = /\d+\.\d+/.exec(await git(cwd, '--version'))?.[0] ?? '0.0';
  if (!isOlder(version, OLDEST)) return;
  throw new UserError('git-missing', `git ${version} is too old for pclaudectl worktree`, `install git ${OLDEST} or later`);
}

function isOlder(version: string, than: string): boolean {
  const [[major = 0, minor = 0], [oldMajor = 0, oldMinor = 0]] = [numbers(version), numbers(than)];
  return major < oldMajor || (major === oldMajor && minor < oldMinor);
}

function numbers(version: string): number[] {
  return version.split('.').map(Number);
}

/** A program that a signal has ended counts as failed. */
function codeOf(error: { readonly code?: unknown } | null): number {
  if (!error) return 0;
  return typeof error.code === 'number' ? error.code : 1;
}

/** The system says the same of a folder that is gone. */
function missing(cwd: string): UserError {
  return new UserError('git-missing', `there is no git on PATH, or no folder ${cwd}`, `install git ${OLDEST} or later`);
}
