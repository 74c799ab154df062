import { preloading } from './disk.js';
import type { Environment } from './real-client.js';

/** What a process does before one of the calls that it makes to files below a folder. */
export interface Interruption {
  readonly folder: string;
  /** Counted from 1; 0 never comes. */
  readonly call: number;
  /** It kills itself; or it prints `waiting` and goes on when its standard input has ended. */
  readonly act: 'kill' | 'wait';
}

/** What Node needs to be interrupted so. At its end it prints how many such calls it made, as `calls: 7`. */
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
