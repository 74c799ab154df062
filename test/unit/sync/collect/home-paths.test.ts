import { readlinkSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findChanges } from '../../../../src/sync/collect/changes.js';
import { syncRunning } from '../../../../src/sync/sync-running.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { mergeAndClose } from '../../../support/close.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';
import { openSession, type OpenSession } from '../../../support/session.js';

interface Installed {
  readonly scratch: Scratch;
  readonly session: OpenSession;
  readonly inHome: (path: string) => string;
  readonly shared: (name: string) => unknown;
}

function begin(content: Readonly<Record<string, string>> = {}): Installed {
  const scratch = createScratch();
  for (const [path, text] of Object.entries(content)) scratch.write(`shared/${path}`, text);
  const session = openSession(scratch, 'one');
  return {
    scratch,
    session,
    inHome: (path) => `${session.paths.home}/${path}`,
    shared: (name) => JSON.parse(scratch.read(`shared/${name}`) ?? 'null'),
  };
}

describe('an installer writes paths of the session into its files', () => {
  it('the shared files name the shared dir, which has the installed files, while the session runs and at its end', async () => {
    const { scratch, session, inHome, shared } = begin({ 'settings.json': '{"model":"opus"}', '.claude.json': '{"numStartups":1}' });
    scratch.write(inHome('statusline.sh'), `#!/bin/sh\ncat ${inHome('art/logo.txt')}\n`);
    scratch.write(inHome('art/logo.txt'), 'logo\n');
    scratch.write(inHome('mcp/s.js'), '');
    scratch.write(
      inHome('settings.json'),
      JSON.stringify({ model: 'opus', statusLine: { type: 'command', command: `sh "${inHome('statusline.sh')}" -v` } }),
    );
    scratch.write(
      inHome('.claude.json'),
      JSON.stringify({ numStartups: 2, mcpServers: { s: { command: 'node', args: [inHome('mcp/s.js')] } } }),
    );
    await syncRunning(realFiles, session);
    const check = (): void => {
      expect(shared('settings.json')).toEqual({
        model: 'opus',
        statusLine: { type: 'command', command: `sh "${scratch.at('shared/statusline.sh')}" -v` },
      });
      expect(shared('.claude.json')).toEqual({
        numStartups: 2,
        mcpServers: { s: { command: 'node', args: [scratch.at('shared/mcp/s.js')] } },
      });
      expect(scratch.read('shared/mcp/s.js')).toBe('');
    };
    check();
    const before = scratch.tree();
    await syncRunning(realFiles, session);
    expect(scratch.tree()).toEqual(before);
    session.lock.release();
    await mergeAndClose(session);
    check();
    expect(scratch.read('shared/statusline.sh')).toBe(`#!/bin/sh\ncat ${scratch.at('shared/art/logo.txt')}\n`);
    expect(findChanges(realFiles, session)).toBeUndefined();
    expect(scratch.temporaries()).toEqual([]);
  });

  it('a sync waits for a file that comes later: until then the path of the session stays', async () => {
    const { scratch, session, inHome, shared } = begin();
    scratch.write(inHome('settings.json'), JSON.stringify({ statusLine: inHome('late.sh') }));
    await syncRunning(realFiles, session);
    expect(shared('settings.json')).toEqual({ statusLine: inHome('late.sh') });
    scratch.write(inHome('late.sh'), 'echo late\n');
    session.lock.release();
    await mergeAndClose(session);
    expect(shared('settings.json')).toEqual({ statusLine: scratch.at('shared/late.sh') });
    expect(scratch.read('shared/late.sh')).toBe('echo late\n');
    expect(findChanges(realFiles, session)).toBeUndefined();
  });

  it('the changes of other writers are merged, and nothing is there twice', async () => {
    const { scratch, session, inHome, shared } = begin({
      'settings.json': '{"permissions":{"allow":["Bash(ls)"]}}',
      'skills/a/SKILL.md': 'a\n',
    });
    scratch.write(inHome('settings.json'), JSON.stringify({ permissions: { allow: ['Bash(ls)', `Edit(/${inHome('skills/**')})`] } }));
    scratch.write(
      'shared/settings.json',
      JSON.stringify({ permissions: { allow: ['Bash(ls)', `Edit(/${scratch.at('shared/skills/**')})`] } }),
    );
    session.lock.release();
    await mergeAndClose(session);
    expect(shared('settings.json')).toEqual({ permissions: { allow: ['Bash(ls)', `Edit(/${scratch.at('shared/skills/**')})`] } });
  });

  it('a link into the home becomes a link into the shared dir', async () => {
    const { scratch, session, inHome } = begin();
    scratch.write(inHome('bin/tool'), 'a tool\n');
    symlinkSync(inHome('bin/tool'), inHome('tool'));
    session.lock.release();
    await mergeAndClose(session);
    expect(readlinkSync(scratch.at('shared/tool'))).toBe(scratch.at('shared/bin/tool'));
  });

  it('the path of a cache, and that of a session of another state dir, stay unchanged', async () => {
    const { scratch, session, inHome, shared } = begin({ 'debug/x': '' });
    scratch.write(inHome('debug/log.txt'), '');
    const foreign = { cache: inHome('debug/log.txt'), other: scratch.at('other-state/sessions/one/.claude/settings.json') };
    scratch.write(inHome('settings.json'), JSON.stringify(foreign));
    session.lock.release();
    await mergeAndClose(session);
    expect(shared('settings.json')).toEqual(foreign);
  });
});
