#!/usr/bin/env node
import { KnownError } from '../platform/errors.js';
import { runPclaudectl } from '../control/run.js';

try {
  await runPclaudectl(process.argv, process.env);
} catch (error) {
  if (!(error instanceof KnownError)) throw error;
  process.stderr.write(`${error.line}\n`);
  process.exitCode = error.exitCode;
}
