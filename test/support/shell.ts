import type { Environment, Program } from './real-client.js';
import { openTerminal, type Terminal, type TerminalOptions } from './terminal.js';

/** What the shell of `openShell` shows when it waits for a command; nothing else on the screen looks like it. */
export const shellPrompt = 'shell-is-ready>';

/**
 * Opens a terminal with a job-control shell in it, for tests of Ctrl-Z and `fg`, and of the exit status that a user would
 * see. Start a program in it with `shell.type(`${commandLine(program, args)}\r`)`.
 */
export function openShell(options: TerminalOptions): Terminal {
  const env: Environment = { ...options.env, PS1: shellPrompt, HISTFILE: '' };
  return openTerminal(bash, [], { ...options, env });
}

/** A program as one command line of a shell. */
export function commandLine(program: Program, args: readonly string[]): string {
  const settings = Object.entries(program.env).map(([name, value]) => `${name}=${quoted(value)}`);
  return [...settings, ...[program.file, ...program.args, ...args].map(quoted)].join(' ');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

const bash: Program = { name: 'bash', file: '/bin/bash', args: ['--norc', '--noprofile', '-i'], env: {} };
