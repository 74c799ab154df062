import { type FSWatcher, watch } from 'node:fs';

/** The changes in a watched folder. */
export interface Changes {
  /** Discards the changes until now. */
  readonly forget: () => void;
  /** Resolves at the next change, immediately if there already was one, or after so many milliseconds at the latest. */
  readonly within: (milliseconds: number) => Promise<void>;
  readonly close: () => void;
}

/** Watches a folder. If the folder is missing, or the user has reached the system's limit of watches, no change is ever reported. */
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
