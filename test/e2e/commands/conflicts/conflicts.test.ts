import { chmodSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pclaudectl } from '../../../support/real-client.js';
import { openSession } from '../../../support/session.js';
import { openTerminal, type Terminal } from '../../../support/terminal.js';
import { createCtlFixture, writeMemory, type CtlFixture } from '../../../support/ctl-fixture.js';

const MEMORY = 'shared/projects/p/memory';

interface Contradicted extends CtlFixture {
  readonly id: string;
  /** The conflict copy of `arch.md`, as a path in the scratch folder. */
  readonly copy: string;
}

/** A session on feat/voice and an external writer have changed the same line of a memory. */
async function contradicted(): Promise<Contradicted> {
  const [file, base, ours, theirs] = ['arch.md', 'one\ntwo\nend\n', 'one\nTWO of ours\nend\n', 'one\nTWO of theirs\nend\n'];
  const fixture = createCtlFixture();
  const { scratch, killed, ctl } = fixture;
  scratch.write(`${MEMORY}/MEMORY.md`, '# Memory\n- [arch](arch.md)\n');
  const { paths } = killed('feat/voice', (session) => writeMemory(scratch, session, file, ours, base));
  scratch.write(`${MEMORY}/${file}`, theirs);
  await ctl('merge');
  const [stem, extension] = file.split('.');
  return { ...fixture, id: paths.id, copy: `${MEMORY}/${stem}.conflict-feat-voice-${paths.id}.${extension}` };
}

describe('pclaudectl conflicts', () => {
  it('prints nothing if there is no conflict', async () => {
    const { ctl } = createCtlFixture();
    expect([(await ctl('conflicts')).stdout.toString(), (await ctl('conflicts', '--json')).stdout.toString()]).toEqual(['', '[]\n']);
  });

  it('prints at a terminal that there is no conflict, or what to type next', async () => {
    const { scratch, env } = createCtlFixture();
    const list = (): Terminal => openTerminal(pclaudectl, ['conflicts'], { cwd: scratch.root, env });
    const empty = list();
    await empty.exit;
    expect(empty.screen().trim()).toBe('no conflicts');
    scratch.write('shared/notes.conflict-main-0123456789.md', 'ours\n');
    const one = list();
    await one.exit;
    expect(one.screen().trimEnd().split('\n').slice(-2)).toEqual([
      'to see how they differ: pclaudectl conflicts show FILE',
      'to settle one: pclaudectl conflicts resolve FILE --session, --shared, --both or --edit',
    ]);
  });

  it('lists files with the version beside them, and its session', async () => {
    const { scratch, ctl, id, copy } = await contradicted();
    expect((await ctl('conflicts')).stdout.toString()).toBe(
      `${scratch.at(MEMORY, 'arch.md')}\n  from feat/voice, 0m ago: arch.conflict-feat-voice-${id}.md\n`,
    );
    expect(JSON.parse((await ctl('conflicts', '--json')).stdout.toString())).toEqual([
      {
        file: scratch.at(MEMORY, 'arch.md'),
        ours: scratch.at(copy),
        branch: 'feat/voice',
        session: id,
        kind: 'copy',
        since: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
  });

  it('no longer lists a conflict after a model or the user has settled it by removing the copy', async () => {
    const { scratch, ctl, copy } = await contradicted();
    rmSync(scratch.at(copy));
    expect((await ctl('conflicts')).stdout.toString()).toBe('');
  });

  it('finds copies in every merged folder', async () => {
    const { scratch, ctl } = createCtlFixture();
    const copies = ['notes', 'plans/p', 'agent-memory/a/MEMORY', 'skills/x/SKILL', 'projects/q/memory/deep/er'].map(
      (stem) => `shared/${stem}.conflict-main-0123456789.md`,
    );
    for (const copy of copies) scratch.write(copy, 'x');
    scratch.write('shared/projects/q/conversation.conflict-main-0123456789.md', 'not one of ours');
    const found: { ours: string }[] = JSON.parse((await ctl('conflicts', '--json')).stdout.toString());
    expect(found.map(({ ours }) => ours).toSorted()).toEqual(copies.map((copy) => scratch.at(copy)).toSorted());
  });
});

/** The session sees the shared memory through one of the user's links. */
function seenTwice(): CtlFixture {
  const fixture = createCtlFixture();
  const { scratch } = fixture;
  scratch.write(`${MEMORY}/a.conflict-main-0123456789.md`, 'ours\n');
  scratch.link('linked', scratch.at(MEMORY));
  openSession(scratch, 'abcdefghij', { memoryFolder: scratch.at('linked') }).lock.release();
  return fixture;
}

describe('a conflict that can be reached by two paths', () => {
  it('is listed once', async () => {
    expect(JSON.parse((await seenTwice().ctl('conflicts', '--json')).stdout.toString())).toHaveLength(1);
  });

  it.each(['a.md', 'linked/a.conflict-main-0123456789.md', `${MEMORY}/a.conflict-main-0123456789.md`])(
    'can be settled by the name %s',
    async (name) => {
      const { scratch, ctl } = seenTwice();
      expect(await ctl('conflicts', 'resolve', name, '--ours')).toMatchObject({ stderr: '', exitCode: 0 });
      expect(scratch.tree(MEMORY)).toEqual({ 'a.md': 'ours\n' });
    },
  );
});

describe('pclaudectl conflicts show', () => {
  it('shows the difference, the owner of each side, and what to type', async () => {
    const { scratch, ctl, id, copy } = await contradicted();
    const [file, ours] = [scratch.at(MEMORY, 'arch.md'), scratch.at(copy)];
    const { stdout, stderr, exitCode } = await ctl('conflicts', 'show', 'arch.md');
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout.toString().split('\n')).toEqual([
      file,
      `  from feat/voice, 0m ago: arch.conflict-feat-voice-${id}.md`,
      '  - the shared file as it is',
      `  + the version of feat/voice, session ${id}`,
      `--- ${file}`,
      `+++ ${ours}`,
      '@@ -1,3 +1,3 @@',
      ' one',
      '-TWO of theirs',
      '+TWO of ours',
      ' end',
      `to settle it: pclaudectl conflicts resolve ${file} --session, --shared, --both or --edit`,
      '',
    ]);
    expect(JSON.parse((await ctl('conflicts', 'show', 'arch.md', '--json')).stdout.toString())).toMatchObject([
      { file, ours, session: id, patch: expect.stringContaining('\n-TWO of theirs\n+TWO of ours\n') },
    ]);
  });

  it('reports an unknown conflict', async () => {
    expect(await createCtlFixture().ctl('conflicts', 'show', 'nosuch.md')).toMatchObject({
      stderr: 'pclaudectl: there is no conflict of nosuch.md; see: pclaudectl conflicts\n',
      exitCode: 1,
    });
  });
});

describe('pclaudectl conflicts resolve', () => {
  it('accepts a name as the list shows it, with ~ for the home', async () => {
    const { scratch, ctlWith } = await contradicted();
    const [shown = ''] = (await ctlWith({ HOME: scratch.root }, 'conflicts')).stdout.toString().split('\n');
    expect(shown).toBe(`~/${MEMORY}/arch.md`);
    expect(await ctlWith({ HOME: scratch.root }, 'conflicts', 'resolve', shown, '--theirs')).toMatchObject({ stderr: '', exitCode: 0 });
  });

  it('--edit works without an existing state dir', async () => {
    const { scratch, ctlWith } = createCtlFixture();
    scratch.write('shared/notes.conflict-main-0123456789.md', 'ours\n');
    expect(await ctlWith({ EDITOR: `echo edited > "$1"; true` }, 'conflicts', 'resolve', 'notes.md', '--edit')).toMatchObject({
      stderr: '',
      exitCode: 0,
    });
    expect(scratch.tree('shared')).toEqual({ 'notes.md': 'edited\n' });
  });

  it.each(['INT', 'QUIT'])('--edit survives a SIG%s while the editor is open', async (signal) => {
    const { scratch, ctlWith } = await contradicted();
    const result = await ctlWith(
      { EDITOR: `kill -${signal} $PPID; sleep 0.2; echo edited > "$1"; true` },
      'conflicts',
      'resolve',
      'arch.md',
      '--edit',
    );
    expect(result).toMatchObject({ stderr: '', exitCode: 0 });
    expect(scratch.read(`${MEMORY}/arch.md`)).toBe('edited\n');
    expect(editFolders(scratch.tree('state'))).toEqual([]);
  });

  it.each(['', '; true'])('--edit leaves Ctrl-C at a terminal to the editor: EDITOR="…%s"', async (more) => {
    const { scratch, env } = await contradicted();
    const editor = scratch.write(
      'editor',
      '#!/bin/sh\nfile=$1\ntrap \'echo edited > "$file"; exit 0\' INT\necho ready\nwhile :; do sleep 0.05; done\n',
    );
    chmodSync(editor, 0o755);
    const EDITOR = more === '' ? editor : `true; ${editor} "$1"${more}`;
    const terminal = openTerminal(pclaudectl, ['conflicts', 'resolve', 'arch.md', '--edit'], {
      cwd: scratch.root,
      env: { ...env, EDITOR },
    });
    await terminal.waitFor(/ready/);
    terminal.type('\u0003');
    expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
    expect(scratch.read(`${MEMORY}/arch.md`)).toBe('edited\n');
    expect(editFolders(scratch.tree('state'))).toEqual([]);
  });

  it.each([
    ['--session', 'one\nTWO of ours\nend\n', 'now is the version of feat/voice'],
    ['--ours', 'one\nTWO of ours\nend\n', 'now is the version of feat/voice'],
    ['--shared', 'one\nTWO of theirs\nend\n', 'stays as it was, and the version of feat/voice (COPY) is settled'],
    ['--theirs', 'one\nTWO of theirs\nend\n', 'stays as it was, and the version of feat/voice (COPY) is settled'],
    ['--both', 'one\nTWO of theirs\nTWO of ours\nend\n', 'now is what it was and the version of feat/voice, put together'],
  ])(
    '%s settles the conflict, removes the copy and its pointer, and prints the result; one command undoes everything',
    async (choice, result, words) => {
      const { scratch, ctl, copy } = await contradicted();
      const before = scratch.tree(MEMORY);
      expect(before['MEMORY.md']).toContain('Conflict: arch.md');
      const { stdout, stderr, exitCode } = await ctl('conflicts', 'resolve', 'arch.md', choice);
      const [, id = ''] = /log restore (\w{10})\n$/.exec(stdout.toString()) ?? [];
      expect([stdout.toString(), stderr, exitCode]).toEqual([
        `${scratch.at(MEMORY, 'arch.md')} ${words.replace('COPY', scratch.at(copy))}; to undo this: pclaudectl log restore ${id}\n`,
        '',
        0,
      ]);
      expect(scratch.tree(MEMORY)).toEqual({ 'MEMORY.md': '# Memory\n- [arch](arch.md)\n', 'arch.md': result });
      expect((await ctl('conflicts')).stdout.toString()).toBe('');
      expect(await ctl('log', 'restore', id)).toMatchObject({ stderr: '', exitCode: 0 });
      expect(scratch.tree(MEMORY)).toEqual(before);
    },
  );

  it('logs one entry, marked as made by hand', async () => {
    const { ctl, id } = await contradicted();
    await ctl('conflicts', 'resolve', 'arch.md', '--both');
    const [title = '', who, ...files] = (await ctl('log', '-n', '1')).stdout.toString().trimEnd().split('\n');
    expect(who).toMatch(new RegExp(`^  by hand: settled \\(--both\\) a conflict from feat/voice, session ${id}, pid \\d+$`));
    expect(files.map((line) => line.replace(/\S*\//, ''))).toEqual(
      ['  merged    arch.md  +1', '  deleted   MEMORY.md  -1', `  deleted   arch.conflict-feat-voice-${id}.md  -3`].map((line) =>
        line.replace('deleted   MEMORY', 'merged    MEMORY'),
      ),
    );
    expect(JSON.parse((await ctl('log', 'show', title.slice(0, 10), '--json')).stdout.toString())).toMatchObject({
      settled: 'both',
      session: id,
    });
  });

  it('--edit opens both versions with markers in the editor, and uses the edited result', async () => {
    const { scratch, ctlWith, id } = await contradicted();
    const editor = scratch.write(
      'my editor',
      `#!/bin/sh\ncp "$2" '${scratch.at('seen')}'; stat -c %a "$2" "$(dirname "$2")" > '${scratch.at('modes')}'\nprintf 'one\\nTWO of both\\nend\\n' > "$2"\n`,
    );
    chmodSync(editor, 0o755);
    await ctlWith({ EDITOR: `'${editor}' --wait` }, 'conflicts', 'resolve', `arch.conflict-feat-voice-${id}.md`, '--edit');
    expect(scratch.read('seen')).toBe('one\n<<<<<<< shared\nTWO of theirs\n=======\nTWO of ours\n>>>>>>> feat/voice\nend\n');
    expect(scratch.read('modes')).toBe('600\n700\n');
    expect(scratch.tree(MEMORY)).toEqual({ 'MEMORY.md': '# Memory\n- [arch](arch.md)\n', 'arch.md': 'one\nTWO of both\nend\n' });
    expect(editFolders(scratch.tree('state'))).toEqual([]);
  });

  it.each([
    ['the editor fails', 'false', 'the editor (false) ended with code 1; nothing was changed; set EDITOR '],
    ['there is no such editor', 'no-such-editor', 'the editor (no-such-editor) ended with code 127; nothing was changed; set EDITOR '],
    ['markers are left', 'true', 'arch.md; nothing was changed; try again, and take them out'],
  ])('--edit changes nothing, and keeps nothing, if %s and nothing was typed', async (_what, editor, message) => {
    const { scratch, ctlWith } = await contradicted();
    const before = scratch.tree('shared');
    const { stderr, exitCode } = await ctlWith({ EDITOR: editor }, 'conflicts', 'resolve', 'arch.md', '--edit');
    expect(stderr.split('\n').filter((line) => line.startsWith('pclaudectl: '))).toEqual([expect.stringContaining(message)]);
    expect(exitCode).toBe(1);
    expect(scratch.tree('shared')).toEqual(before);
    expect(editFolders(scratch.tree('state'))).toEqual([]);
  });

  it.each([
    ['markers are left', 'echo typed >> "$1"; true', 'there are still conflict markers in FILE; nothing was changed'],
    ['the editor fails', 'echo typed >> "$1"; exit 3;', 'the editor (echo typed >> "$1"; exit 3;) ended with code 3; nothing was changed'],
  ])('--edit keeps the typed text if %s, names it, and continues with it the next time', async (_what, editor, message) => {
    const { scratch, ctlWith } = await contradicted();
    const before = scratch.tree('shared');
    const file = scratch.at(MEMORY, 'arch.md');
    const { stderr, exitCode } = await ctlWith({ EDITOR: editor }, 'conflicts', 'resolve', 'arch.md', '--edit');
    const [, kept = ''] = /your text is kept in (\S+);/.exec(stderr) ?? [];
    expect([stderr, exitCode]).toEqual([
      `pclaudectl: ${message.replace('FILE', file)}; your text is kept in ${kept}; to go on with it: pclaudectl conflicts resolve ${file} --edit\n`,
      1,
    ]);
    const text = 'one\n<<<<<<< shared\nTWO of theirs\n=======\nTWO of ours\n>>>>>>> feat/voice\nend\ntyped\n';
    expect([scratch.read(kept), scratch.tree('shared')]).toEqual([text, before]);
    expect([statSync(kept).mode & 0o777, statSync(dirname(kept)).mode & 0o777]).toEqual([0o600, 0o700]);

    // Meanwhile another line of the shared file changes.
    scratch.write(file, 'ONE\nTWO of theirs\nend\n');
    const again = await ctlWith(
      { EDITOR: `cp "$1" '${scratch.at('seen')}'; printf 'one\\nTWO of both\\nend\\n' > "$1"; true` },
      'conflicts',
      'resolve',
      'arch.md',
      '--edit',
    );
    expect([again.stderr, again.exitCode]).toEqual([
      `pclaudectl: going on with the text that an earlier edit has left in ${kept}; to begin anew, remove that file first\n`,
      0,
    ]);
    expect([scratch.read('seen'), scratch.read(file)]).toEqual([text, 'ONE\nTWO of both\nend\n']);
    expect(editFolders(scratch.tree('state'))).toEqual([]);
  });

  it('--edit opens the editor again at a terminal while markers remain, with the typed text', async () => {
    const { scratch, env } = await contradicted();
    const EDITOR = `if grep -q typed "$1"; then printf 'one\\nTWO of both\\nend\\n' > "$1"; else echo typed >> "$1"; fi; true`;
    const terminal = openTerminal(pclaudectl, ['conflicts', 'resolve', 'arch.md', '--edit'], {
      cwd: scratch.root,
      env: { ...env, EDITOR },
    });
    expect(await terminal.exit).toEqual({ exitCode: 0, signal: null });
    expect(terminal.output().split('there are still conflict markers, so the editor opens again')).toHaveLength(2);
    expect(scratch.read(`${MEMORY}/arch.md`)).toBe('one\nTWO of both\nend\n');
  });

  it('--edit stops at a terminal if the user leaves the text unchanged, and keeps the text', async () => {
    const { scratch, env } = await contradicted();
    const EDITOR = `grep -q typed "$1" || echo typed >> "$1"; true`;
    const terminal = openTerminal(pclaudectl, ['conflicts', 'resolve', 'arch.md', '--edit'], {
      cwd: scratch.root,
      env: { ...env, EDITOR },
    });
    expect(await terminal.exit).toEqual({ exitCode: 1, signal: null });
    const kept = Object.entries(scratch.tree('state')).filter(([path]) => path.startsWith('edit-') && path.endsWith('/arch.md'));
    expect(kept).toEqual([[expect.any(String), expect.stringMatching(/^one\n<{7} shared\n[^]*\ntyped\n$/)]]);
  });

  it('--edit is refused while another command has the same conflict open', async () => {
    const { scratch, ctlWith } = await contradicted();
    const { file, args } = pclaudectl;
    const inner = [file, ...args, 'conflicts', 'resolve', 'arch.md', '--edit'].map((word) => `'${word}'`).join(' ');
    const outer = await ctlWith(
      { EDITOR: `EDITOR=true ${inner}; echo $? > '${scratch.at('code')}'; printf 'one\\n' > "$1"; true` },
      'conflicts',
      'resolve',
      'arch.md',
      '--edit',
    );
    expect([outer.stderr, outer.exitCode]).toEqual([
      `pclaudectl: another pclaudectl has ${scratch.at(MEMORY, 'arch.md')} open in an editor; go on there\n`,
      0,
    ]);
    expect([scratch.read('code'), scratch.read(`${MEMORY}/arch.md`)]).toEqual(['75\n', 'one\n']);
  });

  it('--edit merges with changes that an external writer made while the editor was open', async () => {
    const { scratch, ctlWith } = await contradicted();
    const shared = scratch.at(MEMORY, 'arch.md');
    const editor = `printf 'one\\nTWO of both\\nend\\n' > "$1"; printf 'ONE\\nTWO of theirs\\nend\\n' > '${shared}'; true`;
    await ctlWith({ EDITOR: editor }, 'conflicts', 'resolve', 'arch.md', '--edit');
    expect(scratch.read(shared)).toBe('ONE\nTWO of both\nend\n');
  });

  it('--edit keeps the edited text if an external writer changes the same lines', async () => {
    const { scratch, ctlWith } = await contradicted();
    const shared = scratch.at(MEMORY, 'arch.md');
    const editor = `printf 'one\\nTWO of both\\nend\\n' > "$1"; printf 'one\\nTWO of a third\\nend\\n' > '${shared}'; true`;
    const { stderr, exitCode } = await ctlWith({ EDITOR: editor }, 'conflicts', 'resolve', 'arch.md', '--edit');
    expect([stderr, exitCode]).toEqual([expect.stringMatching(/has been changed meanwhile; your version is kept as \S+-2\.md; /), 1]);
    expect(Object.values(scratch.tree(MEMORY))).toEqual(
      expect.arrayContaining(['one\nTWO of both\nend\n', 'one\nTWO of a third\nend\n', 'one\nTWO of ours\nend\n']),
    );
  });

  it('cannot combine versions that are not text, and reports that', async () => {
    const { scratch, killed, ctl } = createCtlFixture();
    scratch.write('shared/plans/blob.bin', '\0a');
    killed('feat/voice', ({ paths }) => scratch.write(`${paths.home}/plans/blob.bin`, '\0b'));
    scratch.write('shared/plans/blob.bin', '\0c');
    await ctl('merge');
    const { stderr, exitCode } = await ctl('conflicts', 'resolve', 'blob.bin', '--both');
    expect([stderr, exitCode]).toEqual([
      expect.stringContaining('cannot be put together: they are not text; settle with --session or --shared'),
      1,
    ]);
  });

  it.each([
    [['nosuch.md', '--ours'], 'pclaudectl: there is no conflict of nosuch.md; see: pclaudectl conflicts\n'],
    [['arch.md'], 'pclaudectl: which version shall stand?; say --session, --shared, --both or --edit\n'],
    [
      ['arch.md', '--ours', '--theirs'],
      "error: option '--ours' cannot be used with option '--theirs'\nrun pclaudectl conflicts resolve --help to see how it is used\n",
    ],
    [[], "error: missing required argument 'conflict'\nrun pclaudectl conflicts resolve --help to see how it is used\n"],
  ])('refuses %j', async (args, message) => {
    const { ctl } = await contradicted();
    const { stderr, exitCode } = await ctl('conflicts', 'resolve', ...args);
    expect([stderr.replace(/\n+/g, '\n'), exitCode]).toEqual([message, 1]);
  });

  it('asks which of several versions to use', async () => {
    const { scratch, ctl } = createCtlFixture();
    for (const id of ['0123456789', 'abcdefghij']) scratch.write(`shared/notes.conflict-main-${id}.md`, id);
    scratch.write('shared/notes.md', 'theirs\n');
    expect((await ctl('conflicts', 'resolve', 'notes.md', '--ours')).stderr).toContain('notes.md means 2 conflicts; name one of ');
    expect((await ctl('conflicts', 'resolve', 'shared/notes.conflict-main-abcdefghij.md', '--ours')).stderr).toBe('');
    expect(scratch.read('shared/notes.md')).toBe('abcdefghij');
    expect(Object.keys(scratch.tree('shared'))).toContain('notes.conflict-main-0123456789.md');
  });
});

/** The folders in which an editor worked. */
function editFolders(tree: Readonly<Record<string, string>>): string[] {
  return Object.keys(tree).filter((path) => path.startsWith('edit-'));
}

/** A session has left settings that cannot be parsed, and an external writer has changed them. */
async function held(): Promise<CtlFixture & { own: string }> {
  const fixture = createCtlFixture();
  const { scratch, killed, ctl } = fixture;
  scratch.write('shared/settings.json', '{"env":{"KEY":"old-secret"}}');
  const { paths } = killed('main', ({ paths: { home } }) => scratch.write(`${home}/settings.json`, '{"env":{"KEY":"new-secret"'));
  scratch.write('shared/settings.json', '{"env":{"KEY":"their-secret"}}');
  await ctl('merge');
  return { ...fixture, own: `${paths.home}/settings.json` };
}

describe('a conflict in a file that may hold secrets', () => {
  it('leaves no copy outside its session, and is listed until it is settled', async () => {
    const { scratch, ctl, own } = await held();
    expect(Object.keys(scratch.tree('shared')).filter((path) => path.includes('conflict'))).toEqual([]);
    expect((await ctl('conflicts')).stdout.toString()).toBe(`${scratch.at('shared/settings.json')}\n  from main, 0m ago: ${own}\n`);
    const { stderr } = await ctl('conflicts', 'resolve', 'settings.json', '--ours');
    expect(stderr).toContain('is not valid JSON; correct it with --edit, or settle with --shared');
    const { stdout } = await ctl('conflicts', 'resolve', 'settings.json', '--shared');
    expect(stdout.toString()).toBe(
      `${scratch.at('shared/settings.json')} stays as it was, and the version of main (${own}) is settled; the session's file stays in ${own} until pclaudectl gc\n`,
    );
    expect(scratch.read('shared/settings.json')).toBe('{"env":{"KEY":"their-secret"}}');
    expect((await ctl('conflicts')).stdout.toString()).toBe('');
  });

  it('is shown without its content', async () => {
    const { ctl } = await held();
    const { stdout, exitCode } = await ctl('conflicts', 'show', 'settings.json');
    expect([stdout.toString(), exitCode]).toEqual([expect.stringContaining('settings.json: its content changes\n'), 0]);
    expect(`${stdout.toString()}${(await ctl('conflicts', 'show', 'settings.json', '--json')).stdout.toString()}`).not.toContain('secret');
  });

  it('--edit keeps a text that is not valid JSON', async () => {
    const { scratch, ctlWith } = await held();
    const { stderr, exitCode } = await ctlWith(
      { EDITOR: `printf '{"typed":' > "$1"; true` },
      'conflicts',
      'resolve',
      'settings.json',
      '--edit',
    );
    const [, kept = ''] = /is not valid JSON; your text is kept in (\S+); to go on/.exec(stderr) ?? [];
    expect([scratch.read(kept), exitCode]).toEqual(['{"typed":', 1]);
    expect(scratch.read('shared/settings.json')).toBe('{"env":{"KEY":"their-secret"}}');
  });

  it('can be fixed in the editor', async () => {
    const { scratch, ctl, ctlWith } = await held();
    await ctlWith({ VISUAL: `printf '{"env":{"KEY":"mended"}}' > ` }, 'conflicts', 'resolve', 'settings.json', '--edit');
    expect(scratch.read('shared/settings.json')).toBe('{"env":{"KEY":"mended"}}');
    expect((await ctl('conflicts')).stdout.toString()).toBe('');
  });
});
