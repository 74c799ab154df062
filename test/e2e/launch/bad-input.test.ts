import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createDisk, preloading, withoutPowers } from '../../support/disk.js';
import { type Environment, pclaude, pclaudectl, type Program } from '../../support/real-client.js';
import { run, type RunResult } from '../../support/run.js';
import { createSandbox, type Sandbox } from '../../support/sandbox.js';

describe('no client', () => {
  test('is found: the error says how to install one, and the exit code is 127', async () => {
    const { sandbox } = await createClientFixture();
    const path = sandbox.at('nothing-here');
    const line = await refusal(sandbox, { PATH: path }, 127);

    expect(line).toMatch(/claude\) was not found; install it with: npm install .*PCLAUDE_CLAUDE_PATH/);
  });

  test.each([
    ['is missing', 'nothing/here'],
    ['is a folder', 'project'],
    ['may not be run', 'plain.txt'],
  ])('at PCLAUDE_CLAUDE_PATH: it %s', async (_, path) => {
    const { sandbox } = await createClientFixture();
    await sandbox.write('plain.txt', 'text');
    const line = await refusal(sandbox, { PCLAUDE_CLAUDE_PATH: sandbox.at(path) }, 127);

    expect(line).toContain(`${sandbox.at(path)} is not a program; correct PCLAUDE_CLAUDE_PATH`);
  });

  test('can start: its interpreter is missing', async () => {
    const { sandbox, env } = await createClientFixture();
    const broken = await script(sandbox, 'broken/claude', '#!/not/there\n');
    const line = await refusal(sandbox, { ...env, PCLAUDE_CLAUDE_PATH: broken }, 127);

    expect(line).toBe(`pclaude: ${broken} does not start: there is no such file; reinstall Claude Code, or set PCLAUDE_CLAUDE_PATH`);
    expect(openSessions(sandbox)).toEqual([]);
  });
});

describe('the client is pclaude itself', () => {
  const self = pclaude.args[0] ?? '';
  const exec = `exec '${process.execPath}' '${self}' "$@"`;
  const padding = `# a script that is more than an alias\n`.repeat(40);
  const disguises: Readonly<Record<string, (sandbox: Sandbox, path: string) => Promise<unknown> | void>> = {
    'a link': (_, path) => symlinkSync(self, path),
    'a link to a link': (sandbox, path) => {
      symlinkSync(self, sandbox.at('hop'));
      symlinkSync(sandbox.at('hop'), path);
    },
    'an alias script': async (sandbox, path) => script(sandbox, path, '#!/bin/sh\npclaude "$@"\n'),
    'an alias script of env': async (sandbox, path) => script(sandbox, path, '#!/usr/bin/env bash\nexec pclaude "$@"\n'),
    'an exec wrapper': async (sandbox, path) => script(sandbox, path, `#!/bin/sh\n${exec}\n`),
  };
  const unrecognised: typeof disguises = {
    'a long exec wrapper': async (sandbox, path) => script(sandbox, path, `#!/bin/sh\n${padding}${exec}\n`),
    'a long wrapper that waits for it': async (sandbox, path) =>
      script(sandbox, path, `#!/bin/sh\n${padding}${exec.replace('exec ', '')}\n`),
  };

  test.each(Object.entries({ ...disguises, ...unrecognised }))('%s on PATH: refused with 126', async (_, disguise) => {
    const { sandbox } = await createClientFixture();
    mkdirSync(sandbox.at('first'));
    await disguise(sandbox, sandbox.at('first', 'claude'));
    const line = await refusal(sandbox, { PATH: sandbox.at('first') }, 126);

    expect(line).toMatch(/is pclaude itself; .*PCLAUDE_CLAUDE_PATH/);
    expect(openSessions(sandbox)).toEqual([]);
  });

  test.each(Object.entries({ ...disguises, ...unrecognised }))('%s at PCLAUDE_CLAUDE_PATH: refused with 126', async (_, disguise) => {
    const { sandbox, env } = await createClientFixture();
    await disguise(sandbox, sandbox.at('named'));
    const line = await refusal(sandbox, { ...env, PCLAUDE_CLAUDE_PATH: sandbox.at('named') }, 126);

    expect(line).toMatch(/is pclaude itself; point PCLAUDE_CLAUDE_PATH to the real claude/);
    expect(openSessions(sandbox)).toEqual([]);
  });

  test.each(Object.entries(disguises))('%s on PATH is skipped for the real one after it', async (_, disguise) => {
    const { sandbox, env } = await createClientFixture('echo real');
    mkdirSync(sandbox.at('first'));
    await disguise(sandbox, sandbox.at('first', 'claude'));
    const { PCLAUDE_CLAUDE_PATH: client = '', ...rest } = env;
    const result = await launch(sandbox, { ...rest, PATH: `${sandbox.at('first')}:${join(client, '..')}:/usr/bin:/bin` });

    expect(result).toMatchObject({ stdout: 'real\n', stderr: '', exitCode: 0 });
  });
});

describe('a client that cannot share its login', () => {
  const isolated = expect.stringMatching(/^home <.+\/sessions\/.+\/\.claude>\n$/);

  test('is reported, and runs without its own home', async () => {
    const { sandbox, env } = await createClientFixture(ofVersion('2.1.143'));
    await sandbox.write('.claude/.credentials.json', '{}');
    const result = await launch(sandbox, env);

    expect(result).toMatchObject({ stdout: 'home <>\n', exitCode: 3 });
    expect(onlyLine(result)).toMatch(/2\.1\.143 would log out your other sessions .*PCLAUDE_OLD_CLIENT=isolate/);
    expect(sandbox.exists(join(sandbox.stateDir, 'sessions'))).toBe(false);
  });

  test.each<readonly [name: string, version: string, extra: Environment]>([
    ['runs with one when the user insists', '2.1.143', { PCLAUDE_OLD_CLIENT: 'isolate' }],
    ['does not apply from 2.1.144 on', '2.1.144', {}],
    ['does not apply with an API key', '2.1.143', { ANTHROPIC_API_KEY: 'key' }],
    ['does not apply if its version cannot be read', 'who knows', {}],
  ])('%s', async (_, version, extra) => {
    const { sandbox, env } = await createClientFixture(ofVersion(version));
    await sandbox.write('.claude/.credentials.json', '{}');

    expect(await launch(sandbox, { ...env, ...extra })).toMatchObject({ stdout: isolated, stderr: '', exitCode: 3 });
  });
});

describe('the shared dir', () => {
  test('is made if it is missing', async () => {
    const { sandbox, env } = await createClientFixture('echo hello > "$CLAUDE_CONFIG_DIR/new.txt"');
    const result = await launch(sandbox, { ...env, CLAUDE_CONFIG_DIR: sandbox.at('a/new/dir') });

    expect(result).toMatchObject({ stderr: '', exitCode: 0 });
    expect(await sandbox.read('a/new/dir/new.txt')).toBe('hello\n');
  });

  test.each<readonly [name: string, prepare: (sandbox: Sandbox) => unknown, reason: string]>([
    ['cannot be read', (sandbox) => chmodSync(sandbox.at('shared'), 0o000), 'permission denied'],
    [
      'has a state file that cannot be read',
      async (sandbox) => chmodSync(await sandbox.write('shared/.claude.json', '{}'), 0o000),
      'permission denied',
    ],
    [
      'has settings that cannot be read',
      async (sandbox) => chmodSync(await sandbox.write('shared/settings.json', '{}'), 0o000),
      'permission denied',
    ],
  ])('%s: refused, nothing made', async (_, prepare, reason) => {
    const { sandbox, env } = await createClientFixture();
    mkdirSync(sandbox.at('shared'));
    await prepare(sandbox);
    const line = await refusal(sandbox, { ...env, CLAUDE_CONFIG_DIR: sandbox.at('shared') }, 1, powerless);

    expect(line).toMatch(new RegExp(`^pclaude: cannot use ${sandbox.at('shared')}\\S*: ${reason}; fix that, or set CLAUDE_CONFIG_DIR`));
    expect(sessions(sandbox)).toEqual([]);
  });

  test('is a file: refused', async () => {
    const { sandbox, env } = await createClientFixture();
    const file = await sandbox.write('shared', 'not a folder');
    const line = await refusal(sandbox, { ...env, CLAUDE_CONFIG_DIR: file }, 1);

    expect(line).toBe(
      `pclaude: cannot use ${file}: a file stands where a folder is needed; fix that, or set CLAUDE_CONFIG_DIR to another folder`,
    );
    expect(await sandbox.read('shared')).toBe('not a folder');
  });

  test('is on a read-only disk: refused if folders are missing in it', async () => {
    const { sandbox, env } = await createClientFixture();
    const disk = createDisk(sandbox.at('disk'));
    disk.setReadOnly(true);
    const line = await refusal(sandbox, { ...env, ...disk.env(), CLAUDE_CONFIG_DIR: join(disk.folder, 'shared') }, 1);

    expect(line).toMatch(/cannot use \S+: the disk is read-only; fix that, or set CLAUDE_CONFIG_DIR to another folder/);
    expect(sessions(sandbox)).toEqual([]);
  });

  test('cannot be written to: the client runs, one line reports it, and its changes are kept, and not reported again', async () => {
    const { sandbox, env } = await createClientFixture(
      'echo "{}" > "$CLAUDE_CONFIG_DIR/settings.json"; echo hello > "$CLAUDE_CONFIG_DIR/projects/talk"; exit 3',
    );
    mkdirSync(sandbox.at('shared'), { mode: 0o500 });
    const shared = { ...env, CLAUDE_CONFIG_DIR: sandbox.at('shared') };
    const first = await launch(sandbox, shared, [], powerless);

    expect(first.exitCode).toBe(3);
    const line =
      /^pclaude: projects, settings.json of session (\w+) cannot be merged: they are read-only in the shared dir; what the session changed is kept: make them writable, then run: pclaudectl merge \1$/;
    expect(onlyLine(first)).toMatch(line);
    expect(openSessions(sandbox)).toEqual([]);
    const again = await launch(sandbox, shared, [], powerless);
    expect(line.exec(onlyLine(again))?.[1]).not.toBe(line.exec(onlyLine(first))?.[1]);
    expect(readdirSync(sandbox.at('shared'))).toEqual([]);
  });

  test.each(['EPERM', 'ENOSYS', 'ENOTSUP'])('is on a disk that keeps no permissions and has no hard links (%s): merged', async (code) => {
    const { sandbox, env } = await createClientFixture('echo hello > "$CLAUDE_CONFIG_DIR/new.txt"; exit 3');
    mkdirSync(sandbox.at('shared'));
    const fail = `() => { throw Object.assign(new Error('${code}'), { code: '${code}' }); }`;
    const poor = preloading(`import fs from 'node:fs'; fs.fchmodSync = ${fail}; fs.linkSync = ${fail};`);

    expect(await launch(sandbox, { ...env, ...poor, CLAUDE_CONFIG_DIR: sandbox.at('shared') })).toMatchObject({ stderr: '', exitCode: 3 });
    expect(await sandbox.read('shared/new.txt')).toBe('hello\n');
  });

  test.each<readonly [what: string, code: (file: string) => string, check: string, line: string]>([
    [
      'is on a disk that can neither exchange nor link files',
      () => `${FAILING} addon.swapSync = () => fail('EINVAL'); fs.linkSync = fail('EPERM');`,
      'exchanges',
      'its disk cannot replace a file and keep what was there in one step, and knows no hard links, so files are copied first: what others write to a file in the very moment of a merge may be lost; keep it on a local disk, if you can',
    ],
    [
      'has a settings.json with its own mount',
      (file) => `
        ${FAILING}
        const is = (...paths) => paths.includes('${file}');
        for (const name of ['renameSync', 'unlinkSync', 'rmSync']) fs[name] = unless(is, fs[name], fail('EBUSY'));
        fs.linkSync = unless(is, fs.linkSync, fail('EXDEV'));
        addon.swapSync = (real) => unless(is, real, fail('EBUSY'));
        const line = '36 35 98:0 /h ${file} rw - ext4 /dev/r rw';
        fs.readFileSync = (path, ...more) => (path === '/proc/self/mountinfo' ? read(path, ...more) + line : read(path, ...more));
      `,
      'mounts',
      'is mounted by itself, so it is written in its place: a program that reads it at that moment may see half of it; mount its folder instead, if you can',
    ],
  ])('%s: merged without a line, and doctor notes it in one', async (_, code, check, line) => {
    const { sandbox, env } = await createClientFixture('echo \'{"of":"the user","ours":2}\' > "$CLAUDE_CONFIG_DIR/settings.json"; exit 3');
    const file = await sandbox.write('shared/settings.json', '{"of":"the user"}');
    const poor = { ...sandbox.env(), ...env, ...preloading(code(file)), CLAUDE_CONFIG_DIR: sandbox.at('shared') };

    expect(await launch(sandbox, poor)).toMatchObject({ stderr: '', exitCode: 3 });
    expect(JSON.parse(await sandbox.read(file))).toEqual({ of: 'the user', ours: 2 });
    expect(openSessions(sandbox)).toEqual([]);
    const { stdout, stderr } = await run(pclaudectl, ['doctor', '--json'], { cwd: sandbox.at('project'), env: poor });
    expect(stderr).toBe('');
    const findings: readonly Record<string, string>[] = JSON.parse(stdout.toString()).findings;
    expect(findings.flatMap((each) => (each['check'] === check ? [`${each['level']} ${each['what']}; ${each['todo']}`] : []))).toEqual([
      `note ${line}`,
    ]);
  });

  test('is on a disk that is read-only for a while: reported once, and merged by hand', async () => {
    const { sandbox, env } = await createClientFixture('for last; do :; done; echo hello > "$CLAUDE_CONFIG_DIR/$last.txt"; exit 3');
    const disk = createDisk(sandbox.at('disk'));
    const shared = { ...env, CLAUDE_CONFIG_DIR: join(disk.folder, 'shared') };
    await launch(sandbox, shared, ['first']);
    disk.setReadOnly(true);
    const failed = await launch(sandbox, { ...shared, ...disk.env() }, ['second']);

    expect(failed.exitCode).toBe(3);
    const [, id = ''] =
      /^pclaude: second.txt of session (\w+) cannot be merged: it is read-only in the shared dir; /.exec(onlyLine(failed)) ?? [];
    expect(openSessions(sandbox)).toEqual([]);
    disk.setReadOnly(false);
    expect(await launch(sandbox, shared, ['third'])).toMatchObject({ stderr: '', exitCode: 3 });
    expect(await run(pclaudectl, ['merge', id], { cwd: sandbox.at('project'), env: { ...sandbox.env(), ...shared } })).toMatchObject({
      exitCode: 0,
    });
    expect(readdirSync(shared.CLAUDE_CONFIG_DIR)).toEqual(expect.arrayContaining(['first.txt', 'second.txt', 'third.txt']));
    expect(openSessions(sandbox)).toEqual([]);
  });
});

describe('a session that leaves', () => {
  test.each<readonly [what: string, code: string, line: (home: string) => string]>([
    [
      'a file with a name that is not UTF-8',
      String.raw`echo x > "$CLAUDE_CONFIG_DIR/x$(printf '\377').md"`,
      (home) =>
        `the name of x\u{FFFD}.md is not valid UTF-8, so it is not merged; it stays in ${home}: move it to where you want it, under another name`,
    ],
    [
      'a file of several GB where the shared dir has one of that name',
      'truncate -s 3G "$CLAUDE_CONFIG_DIR/dump.bin"; echo theirs > "$PCLAUDE_USER_CONFIG_DIR/dump.bin"',
      (home) => `dump.bin is too large to be merged; it stays as ${home}/dump.bin: move it to where you want it`,
    ],
  ])('%s: one line names it, its change to other files is merged, and the exit code is that of the client', async (_, code, line) => {
    const { sandbox, env } = await createClientFixture(`echo '{"ours":2}' > "$CLAUDE_CONFIG_DIR/settings.json"; ${code}; exit 3`);
    mkdirSync(sandbox.at('shared'));
    const result = await launch(sandbox, { ...env, CLAUDE_CONFIG_DIR: sandbox.at('shared') });

    const [id = ''] = sessions(sandbox);
    expect([onlyLine(result), result.exitCode]).toEqual([`pclaude: ${line(join(sandbox.stateDir, 'sessions', id, '.claude'))}`, 3]);
    expect(JSON.parse(await sandbox.read('shared/settings.json'))).toEqual({ ours: 2 });
    expect(openSessions(sandbox)).toEqual([]);
  });
});

test('a .claude.json that does not parse is named if there is no ~/.claude yet', async () => {
  const { sandbox, env } = await createClientFixture('echo client >&2; exit 3');
  await sandbox.write('.claude.json', '{"numStartups": 3, ');
  const line = `pclaude: ${sandbox.at('.claude.json')} is not valid JSON (line 1, column 20), so Claude Code starts without it, or not at all; correct it: no good version of it is kept\n`;
  expect(await launch(sandbox, env)).toMatchObject({ stderr: `${line}client\n`, exitCode: 3 });
  expect(await sandbox.read('.claude.json')).toBe('{"numStartups": 3, ');
});

describe.each(['.claude.json', 'settings.json'])('a %s that does not parse', (name) => {
  const broken = '{"of": "the user", "cut';
  const harmed = (sandbox: Sandbox): string =>
    `pclaude: ${sandbox.at('shared', name)} is not valid JSON (line 1, column 20), so Claude Code starts without it, or not at all;`;
  const setsKey = `echo '{"kept":1,"ours":2}' > "$CLAUDE_CONFIG_DIR/${name}"`;

  test('stays unchanged if no session has to write it', async () => {
    const { sandbox, env } = await createClientFixture('exit 3');
    await sandbox.write(`shared/${name}`, broken);

    const stderr = `${harmed(sandbox)} correct it: no good version of it is kept\n`;
    expect(await launch(sandbox, { ...env, CLAUDE_CONFIG_DIR: sandbox.at('shared') })).toMatchObject({ stderr, exitCode: 3 });
    expect(await sandbox.read(`shared/${name}`)).toBe(broken);
    expect(await launch(sandbox, { ...env, CLAUDE_CONFIG_DIR: sandbox.at('shared'), PCLAUDE_QUIET: '1' })).toMatchObject({
      stderr: '',
      exitCode: 3,
    });
  });

  test('is reported before the client begins, with the command that restores what an earlier session knew', async () => {
    const { sandbox, env } = await createClientFixture('echo client >&2; exit 3');
    const shared = { ...env, CLAUDE_CONFIG_DIR: sandbox.at('shared') };
    const whole = '{"of": "the user", "cut": 1}';
    await sandbox.write(`shared/${name}`, whole);
    expect(await launch(sandbox, shared)).toMatchObject({ stderr: 'client\n', exitCode: 3 });
    await sandbox.write(`shared/${name}`, broken);

    expect(await launch(sandbox, shared)).toMatchObject({
      stderr: `${harmed(sandbox)} bring back the version of 0m ago with: pclaudectl restore ${name}\nclient\n`,
      exitCode: 3,
    });
    expect(await sandbox.read(`shared/${name}`)).toBe(broken);
    const kept = readdirSync(sandbox.at(sandbox.stateDir, 'good')).map((folder) => sandbox.at(sandbox.stateDir, 'good', folder, name));
    expect(await Promise.all(kept.map(async (path) => [await sandbox.read(path), statSync(path).mode & 0o777]))).toEqual([[whole, 0o600]]);
  });

  test('before the launch is quarantined, and rebuilt from what the client wrote', async () => {
    const { sandbox, env } = await createClientFixture(`${setsKey}; exit 3`);
    await sandbox.write(`shared/${name}`, broken);
    const result = await launch(sandbox, { ...env, CLAUDE_CONFIG_DIR: sandbox.at('shared') });

    expect(result.exitCode).toBe(3);
    const [first, ...rest] = result.stderr.split(/(?<=\n)/);
    expect(first).toBe(`${harmed(sandbox)} correct it: no good version of it is kept\n`);
    await expectQuarantined(sandbox, { ...result, stderr: rest.join('') });
    expect(JSON.parse(await sandbox.read(`shared/${name}`))).toEqual({ kept: 1, ours: 2 });
  });

  test('during the session is quarantined, and rebuilt from what the session knew', async () => {
    const { sandbox, env } = await createClientFixture(`${setsKey}; printf '%s' '${broken}' > "$PCLAUDE_USER_CONFIG_DIR/${name}"; exit 3`);
    await sandbox.write(`shared/${name}`, '{"kept":1}');
    const result = await launch(sandbox, { ...env, CLAUDE_CONFIG_DIR: sandbox.at('shared') });

    expect(result.exitCode).toBe(3);
    await expectQuarantined(sandbox, result);
    expect(JSON.parse(await sandbox.read(`shared/${name}`))).toEqual({ kept: 1, ours: 2 });
    expect(openSessions(sandbox)).toEqual([]);
  });

  test('because it cannot be read is not written, and merged once it can be read', async () => {
    const { sandbox, env } = await createClientFixture(
      `[ -e done ] || { ${setsKey}; chmod 000 "$PCLAUDE_USER_CONFIG_DIR/${name}"; }; exit 3`,
    );
    const file = await sandbox.write(`shared/${name}`, '{"kept":1,"of":"the user"}');
    const shared = { ...env, CLAUDE_CONFIG_DIR: sandbox.at('shared') };
    const failed = await launch(sandbox, shared, [], powerless);

    expect(failed.exitCode).toBe(3);
    expect(onlyLine(failed)).toMatch(/could not be merged: permission denied; nothing is lost, the next launch of pclaude tries again$/);
    chmodSync(file, 0o600);
    expect(await sandbox.read(file)).toBe('{"kept":1,"of":"the user"}');
    await sandbox.write('project/done', '');
    expect(await launch(sandbox, shared, [], powerless)).toMatchObject({ stderr: '', exitCode: 3 });
    expect(JSON.parse(await sandbox.read(file))).toMatchObject({ kept: 1, ours: 2 });
  });

  async function expectQuarantined(sandbox: Sandbox, result: Outcome): Promise<void> {
    const [quarantined = '', ...more] = readdirSync(sandbox.at('shared')).filter((entry) => entry.startsWith(`${name}.corrupt.`));
    expect(more).toEqual([]);
    expect(quarantined).toMatch(/\.corrupt\.\d{4}-\d\d-\d\dT/);
    expect(await sandbox.read(`shared/${quarantined}`)).toBe(broken);
    expect(onlyLine(result)).toContain(`not valid JSON; it is kept as ${sandbox.at('shared', quarantined)} and was rebuilt`);
  }
});

describe('the state dir', () => {
  test('of another user is refused', async () => {
    const { sandbox, env } = await createClientFixture();
    const line = await refusal(sandbox, { ...env, PCLAUDE_STATE_DIR: ofAnotherUser(sandbox) }, 77);

    expect(line).toMatch(/ belongs to another user; set PCLAUDE_STATE_DIR to a folder of yours$/);
  });

  test.each(['777', '750', '701'])('with mode %s is refused, and left unchanged', async (octal) => {
    const mode = Number.parseInt(octal, 8);
    const { sandbox, env } = await createClientFixture();
    const folder = sandbox.at('state');
    mkdirSync(folder);
    chmodSync(folder, mode);
    const line = await refusal(sandbox, { ...env, PCLAUDE_STATE_DIR: folder }, 77);

    expect(line).toBe(`pclaude: ${folder} is open to other users; run: chmod 700 '${folder}'`);
    expect(statSync(folder).mode & 0o777).toBe(mode);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("may be the user's link to the user's folder", async () => {
    const { sandbox, env } = await createClientFixture('echo "$CLAUDE_CONFIG_DIR"');
    mkdirSync(sandbox.at('state'), { mode: 0o700 });
    symlinkSync(sandbox.at('state'), sandbox.at('linked'));
    const result = await launch(sandbox, { ...env, PCLAUDE_STATE_DIR: sandbox.at('linked') });

    expect(result).toMatchObject({ stderr: '', exitCode: 0, stdout: expect.stringContaining(sandbox.at('state', 'sessions')) });
  });

  test.each<readonly [name: string, path: string, reason: string]>([
    ['is a file', 'file', 'a file stands where a folder is needed'],
    ['lies in a file', 'file/state', 'a file stands where a folder is needed'],
    ['lies in a folder that the user may not write', 'closed/state', 'permission denied'],
  ])('that %s is refused', async (_, path, reason) => {
    const { sandbox, env } = await createClientFixture();
    await sandbox.write('file', 'not a folder');
    mkdirSync(sandbox.at('closed'), { mode: 0o500 });
    const line = await refusal(sandbox, { ...env, PCLAUDE_STATE_DIR: sandbox.at(path) }, 77, powerless);

    expect(line).toBe(`pclaude: cannot make ${sandbox.at(path)}: ${reason}; set PCLAUDE_STATE_DIR to a folder of yours`);
  });

  test('that is a relative path is refused', async () => {
    const { sandbox, env } = await createClientFixture();

    expect(await refusal(sandbox, { ...env, PCLAUDE_STATE_DIR: 'state' }, 78)).toBe(
      'pclaude: PCLAUDE_STATE_DIR is a relative path: state; make it an absolute one',
    );
    expect(readdirSync(sandbox.at('project'))).toEqual([]);
  });

  test('on a read-only disk is refused', async () => {
    const { sandbox, env } = await createClientFixture();
    const disk = createDisk(sandbox.at('disk'));
    mkdirSync(join(disk.folder, 'state'), { mode: 0o700 });
    disk.setReadOnly(true);
    const line = await refusal(sandbox, { ...env, ...disk.env(), PCLAUDE_STATE_DIR: join(disk.folder, 'state') }, 1);

    expect(line).toMatch(/cannot build a private config dir in \S+: the disk is read-only; .*PCLAUDE_STATE_DIR/);
  });
});

describe('a full disk', () => {
  test('while a home is built leaves no half-made session, however much space is free', async () => {
    const { sandbox, env } = await createClientFixture('echo started');
    await sandbox.write('.claude.json', JSON.stringify({ state: 'x'.repeat(5000) }));
    await sandbox.write('.claude/settings.json', JSON.stringify({ env: { X: 'x'.repeat(5000) } }));
    const disk = createDisk(sandbox.at('disk'));
    const state = join(disk.folder, 'state');
    mkdirSync(state, { mode: 0o700 });
    const refusals: Outcome[] = [];
    const left: string[] = [];
    let result: Outcome;
    for (let free = 0; ; free++) {
      disk.fill(free);
      result = await launch(sandbox, { ...env, ...disk.env(), PCLAUDE_STATE_DIR: state });
      disk.free();
      if (result.stdout !== '') break;
      refusals.push(result);
      left.push(...list(join(state, 'sessions')), ...list(join(state, 'open')));
    }

    expect(refusals.length).toBeGreaterThan(2);
    expect(new Set(refusals.map(({ exitCode }) => exitCode))).toEqual(new Set([1]));
    expect(new Set(refusals.map(onlyLine))).toEqual(
      new Set([
        `pclaude: cannot build a private config dir in ${state}: the disk is full; fix that, or set PCLAUDE_STATE_DIR to a folder on another disk`,
      ]),
    );
    expect(left).toEqual([]);
    expect(result).toMatchObject({ stdout: 'started\n', exitCode: 0 });
  });

  test('while merging leaves the old file, and the next launch merges', async () => {
    const { sandbox, env } = await createClientFixture(`[ -e done ] || cp big.json "$CLAUDE_CONFIG_DIR/settings.json"; exit 3`);
    const disk = createDisk(sandbox.at('disk'));
    const shared = { ...env, CLAUDE_CONFIG_DIR: join(disk.folder, 'shared') };
    const file = await sandbox.write(join(shared.CLAUDE_CONFIG_DIR, 'settings.json'), '{"kept":1}\n');
    const big = { kept: 1, env: { X: 'x'.repeat(20_000) } };
    await sandbox.write('project/big.json', JSON.stringify(big));
    disk.fill(2);
    const failed = await launch(sandbox, { ...shared, ...disk.env() });

    expect(failed.exitCode).toBe(3);
    expect(onlyLine(failed)).toMatch(
      /^pclaude: session \w+ could not be merged: the disk is full; nothing is lost, the next launch of pclaude tries again$/,
    );
    expect(await sandbox.read(file)).toBe('{"kept":1}\n');
    expect(readdirSync(shared.CLAUDE_CONFIG_DIR).filter((name) => name.includes('pclaude-tmp'))).toEqual([]);
    expect(openSessions(sandbox)).toHaveLength(1);

    disk.free();
    await sandbox.write('project/done', '');
    expect(await launch(sandbox, shared)).toMatchObject({ stderr: '', exitCode: 3 });
    expect(JSON.parse(await sandbox.read(file))).toEqual(big);
    expect(openSessions(sandbox)).toEqual([]);
  });

  test('while the version of the client is stored does not matter', async () => {
    const { sandbox, env } = await createClientFixture('echo 2.1.100');
    await sandbox.write('.claude/.credentials.json', '{}');
    const disk = createDisk(sandbox.at('disk'));
    mkdirSync(join(disk.folder, 'state'), { mode: 0o700 });
    disk.fill(0);
    const result = await launch(sandbox, { ...env, ...disk.env(), PCLAUDE_STATE_DIR: join(disk.folder, 'state') });

    expect(result).toMatchObject({ stdout: '2.1.100\n', exitCode: 0 });
    expect(onlyLine(result)).toContain('would log out your other sessions');
  });
});

describe('a config file', () => {
  test.each<readonly [name: string, text: string, expected: string]>([
    [
      'that is not JSON',
      '{\n  // a comment\n  "quiet": true\n  "stateDir": "/x"\n}',
      'line 4: expected JSON with comments, got comma expected',
    ],
    ['that is empty', '', 'line 1: expected JSON with comments, got value expected'],
    ['that is a list', '[]', 'the file: expected Object, got Array'],
    ['with an unknown key', '{"colour": "red"}', 'colour: expected no key of this name, got "colour"'],
    ['with a wrong kind of value', '{"quiet": "yes"}', 'quiet: expected boolean, got "yes"'],
    ['with a value that is not one of the choices', '{"oldClient": "maybe"}', 'oldClient: expected ("plain" | "isolate"), got "maybe"'],
    ['with a relative state dir', '{"stateDir": "state"}', 'stateDir: expected an absolute path, or one below ~/, got "state"'],
    ['with half a session', '{"limits": {"sessions": 1.5}}', 'limits.sessions: expected a whole number, got 1.5'],
    ['with a negative limit', '{"log": {"days": -1}}', 'log.days: expected a number from 0 on, got -1'],
    ['with an unknown limit', '{"log": {"weeks": 1}}', 'log.weeks: expected no key of this name, got "weeks"'],
    [
      'with a layout path of two parts',
      '{"layout": [{"path": "a/b", "policy": "private"}]}',
      'layout.0.path: expected a name without a slash, got "a/b"',
    ],
    ['with a layout row without a kind', '{"layout": [{"path": "a", "policy": "link"}]}', 'layout row "a": kind is "file" or "folder"'],
  ])('%s is refused', async (_, text, expected) => {
    const { sandbox, env } = await createClientFixture();
    const file = await sandbox.write('.config/pclaude/config.json', text);

    expect(await refusal(sandbox, env, 78)).toBe(`pclaude: ${file}: ${expected}; correct it (docs/configuration.md lists all keys)`);
    expect(await refusal(sandbox, { ...env, XDG_CONFIG_HOME: sandbox.at('none'), PCLAUDE_CONFIG: file }, 78)).toContain(expected);
  });

  test('may have comments and trailing commas', async () => {
    const { sandbox, env } = await createClientFixture('echo "$CLAUDE_CONFIG_DIR"');
    await sandbox.write('.config/pclaude/config.json', `{\n  // where sessions are\n  "stateDir": "~/my state",\n}\n`);

    expect(await launch(sandbox, { ...env, PCLAUDE_STATE_DIR: '' })).toMatchObject({
      stderr: '',
      exitCode: 0,
      stdout: expect.stringContaining(sandbox.at('my state', 'sessions')),
    });
  });

  test.each<readonly [name: string, path: string, reason: string]>([
    ['is missing', 'not/there.json', 'there is no such file'],
    ['is a folder', 'project', 'it is a folder'],
  ])('named by PCLAUDE_CONFIG that %s is refused', async (_, path, reason) => {
    const { sandbox, env } = await createClientFixture();

    expect(await refusal(sandbox, { ...env, PCLAUDE_CONFIG: sandbox.at(path) }, 78)).toBe(
      `pclaude: cannot read ${sandbox.at(path)}: ${reason}; correct or unset PCLAUDE_CONFIG`,
    );
  });

  test('that cannot be read is refused', async () => {
    const { sandbox, env } = await createClientFixture();
    const file = await sandbox.write('.config/pclaude/config.json', '{}');
    chmodSync(file, 0o000);

    expect(await refusal(sandbox, env, 78, powerless)).toBe(`pclaude: cannot read ${file}: permission denied; make it readable`);
  });

  test.each([
    ['PCLAUDE_OLD_CLIENT', 'expected "plain" or "isolate", got "yes"'],
    ['PCLAUDE_SYNC', 'expected "continuous" or "exit", got "yes"'],
  ])('is valid, but a variable is not: refused (%s)', async (variable, problem) => {
    const { sandbox, env } = await createClientFixture();

    expect(await refusal(sandbox, { ...env, [variable]: 'yes' }, 78)).toBe(`pclaude: ${variable}: ${problem}; correct or unset it`);
  });
});

describe('a system that is not supported', () => {
  test('native Windows: the error recommends WSL', async () => {
    const { sandbox, env } = await createClientFixture();
    const windows = preloading(`Object.defineProperty(process, 'platform', { value: 'win32' })`);

    expect(await refusal(sandbox, { ...env, ...windows }, 1)).toBe('pclaude: native Windows is not supported; use pclaude inside WSL');
  });

  test('a system without information on its processes works', async () => {
    const { sandbox, env } = await createClientFixture();
    const silent = preloading(`
      import fs from 'node:fs';
      const read = fs.readFileSync;
      fs.readFileSync = (path, ...options) => {
        if (path === '/proc/stat') throw Object.assign(new Error('EACCES: permission denied, open'), { code: 'EACCES' });
        return read(path, ...options);
      };
    `);

    expect(await launch(sandbox, { ...env, ...silent })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(openSessions(sandbox)).toEqual([]);
  });

  test('musl, for which the lock addon does not load: an error, and nothing remains', async () => {
    const { sandbox, env } = await createClientFixture();
    const musl = preloading(
      `process.dlopen = () => { throw Object.assign(new Error('Error loading shared library'), { code: 'ERR_DLOPEN_FAILED' }) }`,
    );

    expect(await refusal(sandbox, { ...env, ...musl }, 1)).toMatch(
      /kernel locks do not load .*musl.*; use a Linux with glibc, or macOS, on x64 or arm64; or run claude itself$/,
    );
    expect(sessions(sandbox)).toEqual([]);
  });
});

/** Code that is loaded before pclaude, with which other such code makes calls of Node and of the addon fail. */
const FAILING = `
  import fs from 'node:fs';
  const addon = {};
  const { dlopen } = process;
  process.dlopen = (module, ...more) => {
    dlopen(module, ...more);
    const changed = Object.entries(addon).map(([name, change]) => [name, change(module.exports[name])]);
    module.exports = { ...module.exports, ...Object.fromEntries(changed) };
  };
  const read = fs.readFileSync;
  const fail = (code) => () => { throw Object.assign(new Error(code), { code }); };
  const unless = (is, real, other) => (...args) => (is(...args) ? other : real)(...args);
`;

interface ClientFixture {
  readonly sandbox: Sandbox;
  /** Names the fake client. */
  readonly env: Environment;
}

type Outcome = Omit<RunResult, 'stdout'> & { readonly stdout: string };

const launcher: Program = { ...pclaude, env: {} };
const [program = '', ...before] = withoutPowers([launcher.file, ...launcher.args]);
/** For cases that do not apply to root. */
const powerless: Program = { ...launcher, file: program, args: before };

/** A home, and a client that runs this shell code. */
async function createClientFixture(code = 'echo started'): Promise<ClientFixture> {
  const sandbox = await createSandbox();
  mkdirSync(sandbox.at('project'));
  const client = await script(sandbox, 'bin/claude', `#!/bin/sh\n${code}\n`);
  return { sandbox, env: sandbox.env({ extra: { PCLAUDE_CLAUDE_PATH: client } }) };
}

/** A client that prints its version, or the home that it got. */
function ofVersion(version: string): string {
  return `if [ "$1" = --version ]; then echo '${version} (Claude Code)'; else echo "home <$CLAUDE_CONFIG_DIR>"; exit 3; fi`;
}

async function script(sandbox: Sandbox, path: string, text: string): Promise<string> {
  const file = await sandbox.write(path, text);
  chmodSync(file, 0o755);
  return file;
}

async function launch(sandbox: Sandbox, env: Environment, args: readonly string[] = [], by: Program = launcher): Promise<Outcome> {
  const result = await run(by, ['-p', ...args], { cwd: sandbox.at('project'), env: { ...sandbox.env(), ...env } });
  return { ...result, stdout: result.stdout.toString() };
}

/** The line with which pclaude refuses, before it has started any client. */
async function refusal(sandbox: Sandbox, env: Environment, exitCode: number, by: Program = launcher): Promise<string> {
  const result = await launch(sandbox, env, [], by);
  expect(result).toMatchObject({ stdout: '', exitCode });
  return onlyLine(result);
}

/** Stderr has one line, it is pclaude's, and it contains a hint. */
function onlyLine({ stderr }: Outcome): string {
  expect(stderr).toMatch(/^pclaude: [^\n]+; [^\n]+\n$/);
  return stderr.trimEnd();
}

/** Only root can give a folder away; other users take one of root's. */
function ofAnotherUser(sandbox: Sandbox): string {
  if (process.getuid?.() !== 0) return '/usr';
  mkdirSync(sandbox.at('theirs'), { mode: 0o700 });
  chownSync(sandbox.at('theirs'), 12_345, 12_345);
  return sandbox.at('theirs');
}

function sessions(sandbox: Sandbox): string[] {
  return list(join(sandbox.stateDir, 'sessions'));
}

function openSessions(sandbox: Sandbox): string[] {
  return list(join(sandbox.stateDir, 'open'));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
