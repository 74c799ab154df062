import { writeSync } from 'node:fs';
import type { Layout } from '../../../src/config/layout.js';
import { createSession } from '../../../src/session/create.js';
import { sessionPaths } from '../../../src/session/paths.js';

// Makes a session over the given folder, as `openSession` does, in a process that may be killed meanwhile.
const [root = ''] = process.argv.slice(2);
const [stateDir, dir] = [`${root}/state`, `${root}/shared`];

/** A row of each kind. */
const layout: Layout = {
  rows: [
    { path: 'settings.json', policy: 'merge', kind: 'file' },
    { path: 'plans', policy: 'merge', kind: 'folder' },
    { path: 'agent-memory', policy: 'merge', kind: 'folder' },
    { path: 'projects', policy: 'link', kind: 'folder' },
    { path: 'CLAUDE.md', policy: 'overlay', kind: 'file' },
    { path: 'skills', policy: 'overlay', kind: 'folder' },
    { path: 'cache', policy: 'private' },
  ],
  drivers: [],
  secrets: [],
};

createSession({
  stateDir,
  paths: sessionPaths(stateDir, 'one'),
  layout,
  settings: {},
  manifest: {
    version: 1,
    id: 'one',
    pid: process.pid,
    startedAt: 0,
    cwd: root,
    branch: 'main',
    repository: null,
    slot: null,
    shared: { dir, stateFile: `${dir}/.claude.json`, userValue: dir },
    memoryFolder: null,
    sync: 'continuous',
    state: { name: 'open' },
  },
});
writeSync(1, 'made\n');
