import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

// For tests that start no process: one that does fails, whoever it starts it through.
const refuse = (): never => {
  throw new Error('a unit test starts no process: it belongs below test/e2e');
};
Object.defineProperty(ChildProcess.prototype, 'spawn', { value: refuse });
Object.assign(childProcess, { spawnSync: refuse, execSync: refuse, execFileSync: refuse });
syncBuiltinESMExports();
