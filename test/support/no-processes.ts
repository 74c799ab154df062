import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

// For tests that must start no process: every way of starting one throws.
const refuse = (): never => {
  throw new Error('a unit test starts no process: it belongs below test/e2e');
};
Object.defineProperty(ChildProcess.prototype, 'spawn', { value: refuse });
Object.assign(childProcess, { spawnSync: refuse, execSync: refuse, execFileSync: refuse });
syncBuiltinESMExports();
