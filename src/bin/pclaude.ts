#!/usr/bin/env node
import { runPclaude } from '../launch/run.js';
import { reportFailure } from '../system/report.js';

// The name in a terminal's title and in `ps`.
process.title = 'pclaude';

runPclaude({ args: process.argv.slice(2), environment: process.env, program: process.argv[1] ?? '' }).catch(reportFailure('pclaude'));
