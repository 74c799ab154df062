#!/usr/bin/env node
import { KnownError } from '../platform/errors.js';
import { runPclaude } from '../launch/run.js';

try {
  await runPclaude({ args: process.argv.slice(2), environment: process.env, cwd: process.cwd(), program: process.argv[1] ?? '' });
} catch (error) {
  if (!(error instanceof KnownError)) throw error;
  process.stderr.write(`${error.line}\n`);
  process.exitCode = error.exitCode;
}
