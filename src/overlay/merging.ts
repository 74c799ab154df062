// All that the hook program needs to merge. One module, since it becomes one file: what is loaded apart shares no code.
export { lastVersion } from '../log/recent.js';
export { conflictPolicy } from '../sync/conflict-policy.js';
export { sessionLocks } from '../sync/locks.js';
export { mergerOf } from '../sync/merger.js';
export { logChangeInTurn, logInTurn } from '../sync/verify/log-write.js';
export { verifyCall } from '../sync/verify/unverified.js';
export { verifyChange } from '../sync/verify/verify-change.js';
