// All that the answers to hooks need to merge, in the launcher and in the hook program. It is one module because the build makes one file
// of it: modules loaded separately would share no code. What is for shell commands is used only in the launcher.
export { lastVersion } from '../sync/log/recent.js';
export { conflictPolicy } from '../sync/apply/conflict-copy.js';
export { sessionLocks } from '../sync/locks/locks.js';
export { mergerOf } from '../sync/merger.js';
export { logChangeInTurn, logInTurn } from '../sync/lost-updates/log-write.js';
export { verifyCall, verifyChange } from '../sync/lost-updates/verify.js';
