import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from './errors.js';

/** The part of the npm package fs-native-extensions that pclaude uses. Both functions throw errors with a `code`, as Node's do. */
interface Addon {
  /** Takes a kernel lock on a range of an open file (length 0: to its end). Throws `EAGAIN` when the lock is held. */
  tryLock(descriptor: number, offset: number, length: number, exclusive: boolean): void;
  /** `renameat2` with RENAME_EXCHANGE on Linux, `renamex_np` with RENAME_SWAP on macOS. */
  swapSync(one: string, other: string): void;
}

let loaded: Addon | undefined;

/**
 * Opens the addon's prebuilt file directly, which takes 0.2 ms; the addon's own loader takes 12 ms of a launch to find it.
 * Throws `platform-unsupported` when there is no prebuilt file for this system, or it does not load.
 */
export function addon(): Addon {
  loaded ??= load();
  return loaded;
}

/** The addon's prebuilt file for this system; it may be missing. */
export function addonFile(): string {
  const root = dirname(createRequire(import.meta.url).resolve('fs-native-extensions/package.json'));
  return join(root, 'prebuilds', `${process.platform}-${process.arch}`, 'fs-native-extensions.node');
}

function load(): Addon {
  const file = addonFile();
  const module: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(module, file);
  } catch (error) {
    throw Object.assign(noKernelLocks({ platform: process.platform, arch: process.arch, prebuilt: existsSync(file) }), { cause: error });
  }
  if (!isAddon(module.exports)) throw new Error(`unexpected exports in ${file}`);
  return module.exports;
}

function isAddon(value: unknown): value is Addon {
  return (
    typeof value === 'object' &&
    value !== null &&
    'tryLock' in value &&
    typeof value.tryLock === 'function' &&
    'swapSync' in value &&
    typeof value.swapSync === 'function'
  );
}

/** Why pclaude cannot run on this platform; undefined when it can. */
export function unsupported(platform: NodeJS.Platform): UserError | undefined {
  return platform === 'win32'
    ? new UserError('platform-unsupported', 'native Windows is not supported', 'use pclaude inside WSL')
    : undefined;
}

interface LockSystem {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Whether there is a prebuilt addon for this platform and arch. If it does not load then, the C library does not support it. */
  readonly prebuilt: boolean;
}

/** The error for a system without kernel locks, on which two merges could run at once. */
function noKernelLocks({ platform, arch, prebuilt }: LockSystem): UserError {
  const what = prebuilt
    ? 'kernel locks do not load on this system (musl, as in Alpine, is not supported)'
    : `there are no kernel locks for ${platform}-${arch}`;
  return new UserError('platform-unsupported', what, 'use a Linux with glibc, or macOS, on x64 or arm64; or run claude itself');
}
