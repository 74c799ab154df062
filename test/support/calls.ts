import { preloading } from './disk.js';
import type { Environment } from './real-client.js';

/** What a process does before one of its calls to files below a folder. */
export interface Interruption {
  readonly folder: string;
  /** Counted from 1; 0: before no call. */
  readonly call: number;
  /** `kill`: it kills itself. `wait`: it prints `waiting` and continues when its standard input has ended. */
  readonly act: 'kill' | 'wait';
}

/** The variables with which Node is interrupted like this. At its exit it prints the number of such calls, as `calls: 7`. */
export function interrupted({ folder, call, act }: Interruption): Environment {
  return preloading(`
    import fs from 'node:fs';
    const { readSync, writeSync } = fs;
    const acts = {
      kill: () => process.kill(process.pid, 'SIGKILL'),
      wait: () => { writeSync(1, 'waiting\\n'); readSync(0, Buffer.alloc(1)); },
    };
    const below = (path) => typeof path === 'string' && path.startsWith(${JSON.stringify(`${folder}/`)});
    let calls = 0;
    for (const name of Object.keys(fs).filter((each) => each.endsWith('Sync'))) {
      const real = fs[name];
      fs[name] = Object.assign((...args) => {
        if (args.some(below) && ++calls === ${call}) acts[${JSON.stringify(act)}]();
        return real(...args);
      }, real);
    }
    process.on('exit', () => writeSync(1, 'calls: ' + calls + '\\n'));
  `);
}
