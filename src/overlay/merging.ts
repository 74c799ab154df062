// All that the hook program needs to merge. One module, since it becomes one file: what is loaded apart shares no code.
export { verifyCall } from '../sync/verify/unverified.js';
export { logInTurn } from '../sync/verify/log-write.js';
export { mergerOf } from '../sync/merger.js';
export { sessionLocks } from '../sync/locks.js';
export { pushCalls } from '../sync/push-calls.js';
export { pushShell } from '../sync/push-shell.js';
