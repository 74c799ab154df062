#!/usr/bin/env node
import { runPclaude } from '../launch/run.js';
import { reportFailure } from '../system/report-failure.js';

// What a terminal's title and `ps` show.
process.title = 'pclaude';

runPclaude({ args: process.argv.slice(2), environment: process.env, program: process.argv[1] ?? '' }).catch(reportFailure('pclaude'));
