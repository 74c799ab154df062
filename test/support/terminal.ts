import { constants } from 'node:os';
import { spawn } from '@lydell/node-pty';
import { atEnd } from './lifetime.js';
import { endProcess } from './processes.js';
import type { Environment, Program } from './real-client.js';
import { createScreen } from './screen.js';
import { eventually } from './wait.js';

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly cols?: number;
  readonly rows?: number;
}

/** A program on its own terminal. */
export interface Terminal {
  readonly pid: number;
  /** Sends keys as they are; `\r` is Enter, `\x03` Ctrl-C, `\x1A` Ctrl-Z. */
  readonly type: (keys: string) => void;
  /** Pastes a message into the client's prompt, waits until it shows, and sends it. */
  readonly submit: (message: string) => Promise<void>;
  /** The current text of the screen. */
  readonly screen: () => string;
  /** The last output, including escape sequences. */
  readonly output: () => string;
  /** Resolves to the screen once it matches; rejects after the time limit (default 30 s) or when the program exits without a match. */
  readonly waitFor: (expected: RegExp | ((screen: string) => boolean), timeout?: number) => Promise<string>;
  readonly resize: (cols: number, rows: number) => void;
  readonly exit: Promise<{ readonly exitCode: number; readonly signal: NodeJS.Signals | null }>;
}

/** The prompt of a client that waits for a message. Its dialogs have the same sign, but not at the start of a line. */
export const clientPrompt = /^❯/m;

/** Opens a terminal with this program in it; the program is ended with the test. */
export function openTerminal(program: Program, args: readonly string[], options: TerminalOptions): Terminal {
  const { cwd, env, cols = 100, rows = 40 } = options;
  const screen = createScreen(cols, rows);
  const watchers = new Set<() => void>();
  let output = '';
  let hasEnded = false;
  const pty = spawn(program.file, [...program.args, ...args], { cwd, env: { ...program.env, ...env }, cols, rows });
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  pty.onData((data) => {
    output = (output + data).slice(-rollingSize);
    screen.write(data);
    changed();
  });
  const exit = new Promise<{ exitCode: number; signal: NodeJS.Signals | null }>((resolve) => {
    pty.onExit(({ exitCode, signal = 0 }) => {
      hasEnded = true;
      changed();
      resolve({ exitCode, signal: signalOf(signal) });
    });
  });
  atEnd(async () => {
    if (hasEnded) return;
    endProcess(pty.pid);
    await exit;
  });

  const waitFor: Terminal['waitFor'] = async (expected, timeout = 30_000) =>
    new Promise((resolve, reject) => {
      const settle = (outcome: () => void): void => {
        clearTimeout(bound);
        watchers.delete(look);
        outcome();
      };
      const fail = (why: string): void => {
        settle(() => reject(new Error(`${program.name}: ${why}: ${String(expected)}\nThe screen shows:\n${screen.text()}`)));
      };
      const look = (): void => {
        const text = screen.text();
        if (typeof expected === 'function' ? expected(text) : expected.test(text)) settle(() => resolve(text));
        else if (hasEnded) fail('ended before the screen matched');
      };
      const bound = setTimeout(() => fail(`within ${timeout} ms the screen did not match`), timeout);
      watchers.add(look);
      look();
    });

  return {
    pid: pty.pid,
    exit,
    waitFor,
    screen: screen.text,
    output: () => output,
    type: (keys) => pty.write(keys),
    async submit(message) {
      const [beginning = ''] = message.slice(0, 30).split('\n');
      const shown = (text: string): number => text.split(beginning).length + text.split('[Pasted text').length;
      const before = shown(screen.text());
      pty.write(`\u001B[200~${message}\u001B[201~`);
      // Enter that arrives together with the text would become a part of it.
      await waitFor((text) => shown(text) > before);
      pty.write('\r');
    },
    resize(newCols, newRows) {
      screen.resize(newCols, newRows);
      pty.resize(newCols, newRows);
    },
  };
}

/**
 * Presses a key until the screen is as wanted. A dialog ignores keys in its first moments, so a key that changes nothing is pressed
 * again. After a key that changes something, the next one waits until the screen shows the change: otherwise it would go one too far.
 */
export async function pressUntil(terminal: Terminal, key: string, wanted: (screen: string) => boolean): Promise<void> {
  let pressed: { readonly on: string; readonly at: number } | undefined;
  await eventually(
    () => {
      const screen = terminal.screen();
      if (wanted(screen)) return true;
      if (pressed?.on === screen && performance.now() - pressed.at < UNANSWERED_MS) return false;
      terminal.type(key);
      pressed = { on: screen, at: performance.now() };
      return false;
    },
    'what a key leads to',
    { timeout: 60_000, interval: 400 },
  );
}

/** After this time a key counts as one that changes nothing. */
const UNANSWERED_MS = 2_000;

function signalOf(wanted: number): NodeJS.Signals | null {
  for (const [name, number] of Object.entries(constants.signals)) if (number === wanted && isSignal(name)) return name;
  return null;
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}

const rollingSize = 1_000_000;
