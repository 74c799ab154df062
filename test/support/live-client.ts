import type { LiveClient } from '../../src/client/live-clients.js';

/** An ordinary plain client. */
export function liveClient(changes: Partial<LiveClient> = {}): LiveClient {
  return {
    pid: 4711,
    processStart: '1',
    conversation: '00000000-0000-4000-8000-000000000000',
    cwd: '/project',
    kind: 'interactive',
    name: null,
    status: null,
    lastActiveAt: 0,
    startedAt: 0,
    jobId: null,
    home: null,
    ...changes,
  };
}
