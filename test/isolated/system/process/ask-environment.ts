import { isInSomeEnvironment, thisMoment } from '../../../../src/system/process-environment.js';

// Says whether a variable has a value in any process, in younger ones, and in all that may be younger when pids have come round.
const [variable = '', value = ''] = process.argv.slice(2);
const now = thisMoment();
const moments = [undefined, now, now && { ...now, started: now.started - 1e9 }];
process.stdout.write(JSON.stringify(moments.map((since) => isInSomeEnvironment(variable, value, since))));
