import { expect, it } from 'vitest';
import { parseClientRecord } from '../../../src/client/live-clients.js';

/** As 2.1.329 writes it. */
const written = {
  pid: 16264,
  sessionId: 'ce5288f4-0117-4650-80fc-72bd438e85e9',
  cwd: '/project',
  startedAt: 1000,
  procStart: '2415350',
  version: '2.1.329',
  kind: 'interactive',
  entrypoint: 'cli',
  name: 'project-c7',
  status: 'idle',
  updatedAt: 2001,
  statusUpdatedAt: 2000,
};

it('reads how a client describes itself', () => {
  expect(parseClientRecord(JSON.stringify(written))).toEqual({
    pid: 16264,
    processStart: '2415350',
    conversation: 'ce5288f4-0117-4650-80fc-72bd438e85e9',
    cwd: '/project',
    kind: 'interactive',
    name: 'project-c7',
    status: 'idle',
    lastActiveAt: 2000,
    startedAt: 1000,
    jobId: null,
  });
});

it('uses the start as the last activity before the first turn', () => {
  const { status: _, statusUpdatedAt: __, ...fresh } = written;
  expect(parseClientRecord(JSON.stringify(fresh))).toMatchObject({ status: null, lastActiveAt: 1000 });
});

it.each([
  ['half a file', '{"pid":16264,'],
  ['a list', '[]'],
  ['no start of the process', JSON.stringify({ ...written, procStart: undefined })],
  ['a pid that names more than one process', JSON.stringify({ ...written, pid: 0 })],
  ['a service of the client', JSON.stringify({ ...written, kind: 'daemon' })],
  ['a process that is kept ready', JSON.stringify({ ...written, spare: true })],
])('skips %s', (_what, text) => {
  expect(parseClientRecord(text)).toBeUndefined();
});
