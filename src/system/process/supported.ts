import { UserError } from '../errors.js';

/** Why pclaude cannot run on this platform; undefined when it can. */
export function unsupported(platform: NodeJS.Platform): UserError | undefined {
  return platform === 'win32'
    ? new UserError('platform-unsupported', 'native Windows is not supported', 'use pclaude inside WSL')
    : undefined;
}

export interface LockSystem {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Whether there is a prebuilt addon for this platform and arch. If it does not load then, the C library does not support it. */
  readonly prebuilt: boolean;
}

/** The error for a system without kernel locks, on which two merges could run at once. */
export function noKernelLocks({ platform, arch, prebuilt }: LockSystem): UserError {
  const what = prebuilt
    ? 'kernel locks do not load on this system (musl, as in Alpine, is not supported)'
    : `there are no kernel locks for ${platform}-${arch}`;
  return new UserError('platform-unsupported', what, 'use a Linux with glibc, or macOS, on x64 or arm64; or run claude itself');
}
