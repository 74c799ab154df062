// All that a launcher needs while its client runs and when it ends. One module, since it becomes one file: what is loaded
// apart shares no code, and a waiting launcher is to be small.
export { endSession } from '../sync/end.js';
export { realFiles } from '../sync/files.js';
export { keepGood } from '../sync/last-good.js';
export { pruneLogs } from '../log/prune.js';
export { accompany } from '../watch/companion.js';
export { tell } from './tell.js';
export { answerHooks } from './answer-hooks.js';
