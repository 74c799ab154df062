import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findSharedDir } from '../../../../src/client/shared-dir.js';
import type { DoctorContext } from '../../../../src/commands/doctor/check.js';
import { doctorJson, doctorText } from '../../../../src/commands/doctor/doctor.js';
import { CHECKS, examine, type Examined } from '../../../../src/commands/doctor/examine.js';
import { conflictName } from '../../../../src/merge/conflict-name.js';
import { writeManifest } from '../../../../src/session/manifest.js';
import { handIntent, logFolder, sessionPaths } from '../../../../src/session/paths.js';
import { keepGood } from '../../../../src/sync/mishaps/last-good.js';
import { realFiles } from '../../../../src/system/files/real-files.js';
import { newId } from '../../../../src/system/id.js';
import { createHealthyInstallation, type HealthyInstallation, SECRET, writeClient } from '../../../support/doctor-fixture.js';
import { treeOf } from '../../../support/scratch.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Breaks one thing; the returned environment overrides that of the fixture. */
type Harm = (healthy: HealthyInstallation) => Partial<DoctorContext> | void;

/** A defect, the line that reports it (`ROOT` is the scratch folder, `ID` the id of any session), and how it is made. */
type Trouble = readonly [check: string, line: string, harm: Harm];

const troubles: readonly Trouble[] = [
  [
    'client',
    'error    ROOT/none is not a program; correct PCLAUDE_CLAUDE_PATH or claudePath',
    ({ scratch, context }) => ({ config: { ...context.config, claudePath: scratch.at('none') } }),
  ],
  [
    'client',
    'error    ROOT/alias is pclaude itself; point PCLAUDE_CLAUDE_PATH to the real claude',
    ({ scratch, context }) => {
      chmodSync(scratch.write('alias', '#!/bin/sh\nexec pclaude "$@"\n'), 0o755);
      return { config: { ...context.config, claudePath: scratch.at('alias') } };
    },
  ],
  [
    'client',
    'error    ROOT/claude: does not say its version; look at: ROOT/claude --version; then reinstall Claude Code, or set PCLAUDE_CLAUDE_PATH',
    ({ scratch }) => void scratch.write('claude', '#!/bin/sh\nexit 1\n'),
  ],
  [
    'client',
    'warning  ROOT/claude: Claude Code 2.1.143 cannot share its login, so sessions run without private config dirs; update it to 2.1.144 or later: claude update',
    ({ scratch }) => writeClient(scratch, '2.1.143'),
  ],
  [
    'client',
    'warning  ROOT/claude: Claude Code 2.1.143 cannot share its login, so sessions log each other out (oldClient is isolate); update it to 2.1.144 or later: claude update',
    ({ scratch, context }) => {
      writeClient(scratch, '2.1.143');
      return { config: { ...context.config, oldClient: 'isolate' } };
    },
  ],
  [
    'client',
    'note     ROOT/claude: Claude Code 2.1.143 cannot share a login between sessions; you have none here; update it to 2.1.144 or later: claude update',
    ({ scratch, context }) => {
      writeClient(scratch, '2.1.143');
      return { environment: { ...context.environment, ANTHROPIC_API_KEY: SECRET } };
    },
  ],
  [
    'hooks',
    'warning  ROOT/shared/settings.json: no hooks run, because of disableAllHooks in the settings: tools take no turns, so sessions can overwrite each other in memory, skills and other shared files; take that out of the settings',
    ({ scratch, closed, running }) =>
      [scratch.root, closed, running].forEach(() => void scratch.write('shared/settings.json', '{"disableAllHooks":true}')),
  ],
  [
    'hooks',
    'warning  ROOT/project/.claude/settings.local.json: no hooks run, because of disableAllHooks in the settings: tools take no turns, so sessions can overwrite each other in memory, skills and other shared files; take that out of the settings',
    ({ scratch }) => void scratch.write('project/.claude/settings.local.json', '{"disableAllHooks":true}'),
  ],
  [
    'hooks',
    'warning  no hooks run, because of CLAUDE_CODE_SIMPLE: tools take no turns, so sessions can overwrite each other in memory, skills and other shared files; unset CLAUDE_CODE_SIMPLE',
    ({ context }) => ({ environment: { ...context.environment, CLAUDE_CODE_SIMPLE: '1' } }),
  ],
  [
    'state-permissions',
    'warning  ROOT/state/locks: is open to other users; chmod 700 ROOT/state/locks',
    ({ scratch }) => chmodSync(scratch.at('state/locks'), 0o755),
  ],
  [
    'state-permissions',
    'warning  ROOT/state/sessions/ID: is open to other users; chmod 700 ROOT/state/sessions/ID',
    ({ closed }) => chmodSync(closed.paths.root, 0o750),
  ],
  [
    'state-permissions',
    'warning  ROOT/state/sessions/ID/settings.json: is open to other users; chmod 600 ROOT/state/sessions/ID/settings.json',
    ({ running }) => chmodSync(running.paths.settings, 0o644),
  ],
  [
    'shared-permissions',
    'warning  ROOT/shared/.credentials.json: can be read by other users; chmod 600 ROOT/shared/.credentials.json',
    ({ scratch }) => chmodSync(scratch.at('shared/.credentials.json'), 0o644),
  ],
  [
    'shared-permissions',
    'warning  ROOT/shared/settings.json: can be written by other users; chmod 600 ROOT/shared/settings.json',
    ({ scratch }) => chmodSync(scratch.at('shared/settings.json'), 0o666),
  ],
  [
    'shared-permissions',
    'warning  ROOT/shared: can be written by other users; chmod 700 ROOT/shared',
    ({ scratch }) => chmodSync(scratch.at('shared'), 0o777),
  ],
  [
    'shared-json',
    'error    ROOT/shared/settings.json: is not valid JSON (line 2, column 19); correct it; else the next merge sets it aside and builds it anew',
    ({ scratch }) => void scratch.write('shared/settings.json', `{\n"env": { "TOKEN": ${SECRET} }`),
  ],
  [
    'shared-json',
    'error    ROOT/shared/.claude.json: is not valid JSON (line 1, column 1); correct it; else the next merge sets it aside and builds it anew',
    ({ scratch }) => void scratch.write('shared/.claude.json', ''),
  ],
  [
    'shared-json',
    'error    ROOT/shared/keybindings.json: is not valid JSON (line 1, column 2); correct it; else the next merge sets it aside and builds it anew',
    ({ scratch }) => void scratch.write('shared/keybindings.json', '{'),
  ],
  [
    'shared-json',
    'error    ROOT/shared/settings.json: is not valid JSON (line 1, column 2); bring back the version of 0m ago with: pclaudectl restore settings.json',
    ({ scratch, context, running }) => {
      keepGood(realFiles, { ...context, ...running });
      scratch.write('shared/settings.json', '{');
    },
  ],
  [
    'lost-settings',
    'warning  ROOT/shared/settings.json: has lost most of env; bring back the version of 0m ago with: pclaudectl restore settings.json; or keep it as it is with: pclaudectl restore settings.json --keep',
    ({ scratch, context, running }) => {
      keepGood(realFiles, { ...context, ...running });
      scratch.write('shared/settings.json', '{"model":"opus"}');
    },
  ],
  [
    'lost-settings',
    'warning  ROOT/shared/.credentials.json: is not valid JSON (line 1, column 1); correct it: no good version of it is kept',
    ({ scratch }) => void scratch.write('shared/.credentials.json', ''),
  ],
  [
    'set-aside',
    'warning  ROOT/shared/settings.json.corrupt.2026-01-01T00-00-00.000Z: was set aside, because it could not be read; take out of it what you miss, then: rm ROOT/shared/settings.json.corrupt.2026-01-01T00-00-00.000Z',
    ({ scratch }) => void scratch.write('shared/settings.json.corrupt.2026-01-01T00-00-00.000Z', SECRET),
  ],
  [
    'conflicts',
    'warning  ROOT/shared/CLAUDE.md: another version of it waits; settle that: pclaudectl conflicts',
    ({ scratch, closed }) => {
      scratch.write('shared/CLAUDE.md', 'one');
      scratch.write(`shared/${conflictName('CLAUDE.md', 'main', closed.paths.id)}`, 'other');
    },
  ],
  [
    'conflicts',
    'warning  ROOT/shared/settings.json: another version of it waits; settle that: pclaudectl conflicts',
    ({ closed }) => writeFileSync(`${closed.paths.home}/settings.json`, SECRET),
  ],
  [
    'shared-links',
    'warning  ROOT/shared/mine: is a link that leads nowhere; correct or remove it',
    ({ scratch }) => void scratch.link('shared/mine', 'none'),
  ],
  [
    'shared-links',
    'warning  ROOT/shared/skills/loop: is a link that leads back to itself; correct or remove it',
    ({ scratch }) => void scratch.link('shared/skills/loop', 'loop'),
  ],
  [
    'shared-links',
    'warning  ROOT/shared/skills/up: leads to a folder that holds it; correct or remove it',
    ({ scratch }) => void scratch.link('shared/skills/up', '..'),
  ],
  [
    'client-locks',
    'note     ROOT/shared/.claude.json.lock: is a lock that a killed client has left; the next one takes it over; or remove it: rmdir ROOT/shared/.claude.json.lock',
    ({ scratch }) => utimesSync(scratch.folder('shared/.claude.json.lock'), 0, 0),
  ],
  [
    'client-locks',
    'warning  ROOT/shared.lock: is a lock that a client has left, with files in it, so that none can remove it; when no client runs: rm -r ROOT/shared.lock',
    ({ scratch }) => {
      scratch.write('shared.lock/file', '');
      utimesSync(scratch.at('shared.lock'), 0, 0);
    },
  ],
  [
    'open-sessions',
    'warning  session ID: from main, has ended, and is not merged yet; the next pclaude does that; or now: pclaudectl merge ID',
    ({ orphan }) => void orphan(),
  ],
  [
    'open-sessions',
    'warning  session ID: from main, has ended, and a merge of it was broken off; the next pclaude does that; or now: pclaudectl merge ID',
    ({ scratch, orphan }) => chmodSync(scratch.write(orphan().paths.intent, '{'), 0o600),
  ],
  [
    'open-sessions',
    'error    session ID: cannot be merged: cannot use ROOT/other: it is not a folder; fix that, then: pclaudectl merge ID',
    ({ scratch, orphan }) => {
      const { home } = orphan({ shared: findSharedDir({ CLAUDE_CONFIG_DIR: scratch.folder('other') }, '/') }).paths;
      writeFileSync(`${home}/notes.md`, 'mine');
      rmSync(scratch.at('other'), { recursive: true });
      scratch.write('other', 'no folder');
    },
  ],
  [
    'open-sessions',
    'error    ROOT/state/sessions/ID/base/home: has gone, so that not all of this session can be merged; keep a copy of ROOT/state/sessions/ID if you miss something, then: pclaudectl merge ID',
    ({ running }) => rmSync(running.paths.homeBase, { recursive: true }),
  ],
  [
    'home-links',
    'warning  ROOT/state/sessions/ID/.claude/projects: has been removed, so this session does not see the shared one; end that session, then: pclaudectl merge ID',
    ({ running }) => unlinkSync(`${running.paths.home}/projects`),
  ],
  [
    'home-links',
    'warning  ROOT/state/sessions/ID/.claude/.credentials.json: has taken the place of a link to the shared one: what is written there reaches others only at the end; end that session, then: pclaudectl merge ID',
    ({ running }) => {
      unlinkSync(`${running.paths.home}/.credentials.json`);
      writeFileSync(`${running.paths.home}/.credentials.json`, SECRET);
    },
  ],
  [
    'home-links',
    'warning  ROOT/state/sessions/ID/.claude/skills: leads elsewhere than to the shared dir; end that session, then: pclaudectl merge ID',
    ({ scratch, running }) => {
      unlinkSync(`${running.paths.home}/skills`);
      symlinkSync(scratch.at('dotfiles'), `${running.paths.home}/skills`);
    },
  ],
  [
    'home-links',
    'warning  ROOT/state/sessions/ID/.claude/projects: leads to a folder that is gone; mkdir -p ROOT/shared/projects',
    ({ scratch }) => rmSync(scratch.at('shared/projects'), { recursive: true }),
  ],
  [
    'closed-sessions',
    'warning  session ID: was changed after it was closed; pclaudectl merge ID',
    ({ closed }) => writeFileSync(`${closed.paths.home}/notes.md`, 'late\n'),
  ],
  [
    'closed-sessions',
    'warning  session ID: holds a version with secrets that could not be merged; CLAUDE_CONFIG_DIR=ROOT/shared pclaudectl conflicts',
    ({ scratch, context, running, closed }) => {
      writeFileSync(`${closed.paths.home}/settings.json`, SECRET);
      scratch.folder('other');
      rmSync(running.paths.root, { recursive: true });
      return { shared: { ...context.shared, dir: scratch.at('other'), stateFile: scratch.at('other/.claude.json') } };
    },
  ],
  [
    'lost-sessions',
    'warning  ROOT/state/sessions/ID/session.json: is lost, so that this session cannot be merged; look for notes in ROOT/state/sessions/ID; pclaudectl gc removes it when it is old',
    ({ closed }) => truncateSync(closed.paths.manifest),
  ],
  [
    'lost-sessions',
    'note     ROOT/state/sessions/ID/session.json: is of a newer pclaude; update this one',
    ({ closed }) => writeFileSync(closed.paths.manifest, '{"version":2}'),
  ],
  [
    'lost-sessions',
    'error    ROOT/state/sessions/ID/session.json: cannot be read: a link leads back to itself; make it readable, then: pclaudectl merge',
    ({ closed }) => {
      unlinkSync(closed.paths.manifest);
      symlinkSync('session.json', closed.paths.manifest);
    },
  ],
  [
    'memory-index',
    'warning  ROOT/shared/projects/p/memory/MEMORY.md: is 201 lines long, and Claude reads 200: it does not see b.md; make it shorter: take out what is not needed, or put several entries into one',
    ({ scratch }) => void scratch.write('shared/projects/p/memory/MEMORY.md', `${'- [A](a.md)\n'.repeat(199)}- [B](a.md)\n- [C](b.md)\n`),
  ],
  [
    'session-paths',
    'warning  ROOT/shared/settings.json: names the home of session ID, which pclaudectl gc removes; write the shared path instead: pclaudectl doctor --fix',
    ({ scratch, closed }) =>
      void scratch.write('shared/settings.json', JSON.stringify({ TOKEN: SECRET, hook: `sh ${closed.paths.home}/skills/a/x.sh` })),
  ],
  [
    'session-paths',
    'warning  ROOT/shared/.claude.json: names the home of session ID, and there a file that the shared dir does not have; copy that into the shared dir, then: pclaudectl doctor --fix; or take the path out',
    ({ scratch, context }) =>
      void scratch.write(
        'shared/.claude.json',
        JSON.stringify({ TOKEN: SECRET, mcpServers: { s: { command: `${sessionPaths(context.stateDir, 'gonegonego').home}/s.js` } } }),
      ),
  ],
  [
    'by-hand',
    'warning  ROOT/state/by-hand/SLUG.json: a resolve or restore was broken off; do it again: the next one completes this first',
    ({ scratch, context }) => {
      const path = handIntent(context.stateDir, slugOf(context));
      chmodSync(scratch.folder(`${path}/..`), 0o700);
      scratch.write(path, '{}');
    },
  ],
  [
    'old-sessions',
    'note     what 2 old sessions or killed launches have left takes SIZE; pclaudectl gc --force removes it',
    ({ scratch, context, closed }) => {
      writeManifest(closed.paths.manifest, { ...closed.manifest, state: { name: 'closed', at: context.now - 31 * DAY_MS } });
      const { unfinishedMark, root } = sessionPaths(context.stateDir, newId());
      scratch.write(unfinishedMark, '');
      mkdirSync(root, { mode: 0o700 });
    },
  ],
];

describe('pclaudectl doctor', () => {
  it('finds nothing in a healthy installation, and changes nothing', async () => {
    const { scratch, context } = createHealthyInstallation();
    const before = treeOf(scratch.root);
    const found = await examine(context);
    expect(wrong(found)).toEqual([]);
    expect(new Set(found.map(({ check }) => check))).toEqual(new Set(CHECKS.map(({ name }) => name)));
    expect(doctorText(found, { all: false, colors: false, width: undefined })).toBe('nothing is wrong\n');
    expect(treeOf(scratch.root)).toEqual(before);
  });

  it.each(troubles)('%s: %s', async (check, line, harm) => {
    const healthy = createHealthyInstallation();
    const context = { ...healthy.context, ...harm(healthy) };
    const before = treeOf(healthy.scratch.root);
    const found = wrong(await examine(context));
    const text = doctorText(found, { all: false, colors: false, width: undefined });
    const [printed] = text.split('\n');
    expect(plain(printed ?? '', healthy)).toBe(line);
    expect(found.map((each) => each.check)).toEqual([check]);
    expect(found.filter(({ todo }) => todo === null)).toEqual([]);
    expect(text + JSON.stringify(doctorJson(found))).not.toContain(SECRET);
    expect(treeOf(healthy.scratch.root)).toEqual(before);
  });
});

function wrong(found: readonly Examined[]): Examined[] {
  return found.filter(({ level }) => level !== 'ok');
}

function slugOf({ stateDir, shared }: DoctorContext): string {
  return logFolder(stateDir, shared.dir).split('/').at(-1) ?? '';
}

/** Without the values that differ from run to run. */
function plain(line: string, { scratch, context }: HealthyInstallation): string {
  const named = line.replaceAll(slugOf(context), 'SLUG').replaceAll(scratch.root, 'ROOT');
  return named.replaceAll(/(?<=sessions\/|session |merge )[a-z0-9]{10}\b/g, 'ID').replace(/(?<=takes )[\d.]+ k?B/, 'SIZE');
}
