import { execFile } from 'node:child_process';
import { UserError } from '../errors.js';
import { hasCode } from '../fs/fs-error.js';

/** The output of git with its exit code, whatever that is. */
export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The first version that knows `rev-parse --path-format`, and in which `worktree list --porcelain` says why a worktree is locked. */
const OLDEST = '2.31';

/** Variables that direct git to another repository than that of the working folder. Git sets them for hooks and aliases. */
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

/** Runs git in a folder and resolves to its standard output. Throws `git-missing`, and `git-failed` with git's own reason. */
export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  return gitWith({}, cwd, ...args);
}

/** Like `git`, with standard input or another index. */
export async function gitWith(given: GitInput, cwd: string, ...args: readonly string[]): Promise<string> {
  const result = await tryGit(cwd, args, given);
  if (result.code === 0) return result.stdout;
  throw new UserError('git-failed', `git ${args[0] ?? ''}: ${reasonIn(result)}`, `correct that; git ran in ${cwd}`);
}

/** Input for git beside its arguments. */
export interface GitInput {
  readonly input?: string;
  /** The index that git works with, in place of the working tree's own. */
  readonly index?: string;
}

/** Runs git and resolves with any exit code. Throws `git-missing`. */
export async function tryGit(cwd: string, args: readonly string[], { input = '', index }: GitInput = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const env = { ...gitEnvironment(process.env), ...(index === undefined ? {} : { GIT_INDEX_FILE: index }) };
    const options = { cwd, env, encoding: 'utf8', maxBuffer: Infinity } as const;
    const child = execFile('git', ['--no-optional-locks', ...args], options, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number' && error.signal === undefined) reject(hasCode(error, 'ENOENT') ? missing(cwd) : error);
      else resolve({ code: codeOf(error), stdout, stderr });
    });
    // Git may exit without having read its input.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** The output of git without its last newline; null if git fails. Throws `git-missing`. */
export async function askGit(cwd: string, ...args: readonly string[]): Promise<string | null> {
  const { code, stdout } = await tryGit(cwd, args);
  return code === 0 ? lineOf(stdout) : null;
}

/** The output of git without its last newline. */
export function lineOf(output: string): string {
  return output.replace(/\n$/, '');
}

/** The records of output that was requested with `-z`. */
export function records(output: string): string[] {
  return output.split('\0').filter((record) => record !== '');
}

/** The environment for git, and for any program in a worktree, without the variables that direct git to another repository. */
export function gitEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !REDIRECTING.has(name)));
}

/** Why git failed, in one line. */
export function reasonIn({ stderr, code }: GitResult): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.find((each) => /^(?:fatal|error): /.test(each)) ?? lines.at(-1);
  return line?.replace(/^\w+: /, '') ?? `it ended with code ${code}`;
}

/** Throws `git-missing` when git is missing or older than `OLDEST`. */
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

/** A program that was killed by a signal counts as failed. */
function codeOf(error: { readonly code?: unknown } | null): number {
  if (!error) return 0;
  return typeof error.code === 'number' ? error.code : 1;
}

/** The system reports the same error for a missing folder, so the message names both. */
function missing(cwd: string): UserError {
  return new UserError('git-missing', `there is no git on PATH, or no folder ${cwd}`, `install git ${OLDEST} or later`);
}
