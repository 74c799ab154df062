#!/usr/bin/env node
import { runPclaudectl } from '../commands/run.js';
import { reportFailure } from '../system/report.js';

process.title = 'pclaudectl';

runPclaudectl(process.argv, process.env).catch(reportFailure('pclaudectl'));
