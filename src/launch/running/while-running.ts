// All that a launcher needs while its client runs and when it exits. It is one module because the build makes one file of it: modules
// loaded separately would share no code, and a waiting launcher is to be small.
export { closeSession } from '../../sync/close/end.js';
export { realFiles } from '../../system/files/real-files.js';
export { keepGood } from '../../sync/mishaps/last-good.js';
export { pruneLogs } from '../../sync/log/prune.js';
export { startLiveSync } from '../../sync/watch/live-sync.js';
export { reportEnd } from '../messages/report-end.js';
export { newLockReachLine } from '../messages/lock-reach.js';
export { answerHooks } from './answer-hooks.js';
