import { isInSomeEnvironment, thisMoment } from '../../../../src/system/process-environment.js';

// Prints whether a variable has a value in any process, in later ones, and in all that may be later because pids have wrapped around.
const [variable = '', value = ''] = process.argv.slice(2);
const now = thisMoment();
const moments = [undefined, now, now && { ...now, started: now.started - 1e9 }];
process.stdout.write(JSON.stringify(moments.map((since) => isInSomeEnvironment(variable, value, since))));
