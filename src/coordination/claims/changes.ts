import { type FSWatcher, watch } from 'node:fs';

/** What happens in a folder. */
export interface Changes {
  /** What happened until now does not count. */
  readonly forget: () => void;
  /** Resolves at a change, at once if there has been one, and after so many milliseconds in any case. */
  readonly within: (milliseconds: number) => Promise<void>;
  readonly close: () => void;
}

/** Where the folder is missing, or the user watches as many as the system lets them, nothing ever seems to happen. */
export function watchFolder(folder: string): Changes {
  let changed = false;
  let wake: (() => void) | undefined;
  const watcher = tryWatch(folder, () => {
    changed = true;
    wake?.();
  });
  return {
    forget: () => void (changed = false),
    within: async (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, changed ? 0 : milliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    close: () => watcher?.close(),
  };
}

function tryWatch(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(folder, onChange).on('error', () => {});
  } catch {
    return undefined;
  }
}
