#!/usr/bin/env node
import { runPclaudectl } from '../control/run.js';
import { reportFailure } from '../platform/report-failure.js';

runPclaudectl(process.argv, process.env).catch(reportFailure('pclaudectl'));
