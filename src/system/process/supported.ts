import { UserError } from '../errors.js';

/** Why pclaude cannot run on this kind of system; undefined where it can. */
export function unsupported(platform: NodeJS.Platform): UserError | undefined {
  return platform === 'win32' ? new UserError('platform-unsupported', 'native Windows is not supported', 'use pclaude inside WSL') : undefined;
}

export interface LockSystem {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Is there a prebuilt addon for the two? Then it is the C library that it does not get along with. */
  readonly prebuilt: boolean;
}

/** Says why there are no kernel locks, without which two merges could meet. */
export function noKernelLocks({ platform, arch, prebuilt }: LockSystem): UserError {
  const what = prebuilt ? 'kernel locks do not load on this system (musl, as in Alpine, is not supported)' : `there are no kernel locks for ${platform}-${arch}`;
  return new UserError('platform-unsupported', what, 'use a Linux with glibc, or macOS, on x64 or arm64; or run claude itself');
}
