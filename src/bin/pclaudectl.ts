#!/usr/bin/env node
import { runPclaudectl } from '../control/run.js';
import { reportFailure } from '../platform/report-failure.js';

process.title = 'pclaudectl';

runPclaudectl(process.argv, process.env).catch(reportFailure('pclaudectl'));
