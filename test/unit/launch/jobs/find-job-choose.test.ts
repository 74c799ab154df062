import { describe, expect, it } from 'vitest';
import { choose, type ConfigDir, type LocatedJob } from '../../../../src/launch/jobs/find-job.js';
import { job, session, shared } from './located.js';

const [one, two] = [session('one'), session('two')];
const jobs: readonly LocatedJob[] = [
  job(shared, 'a1111111', { name: 'plain work' }),
  job(one, 'a2222222', { name: 'fix the login', tasks: ['Repair sign-in'] }),
  job(one, 'a2233333', { name: 'Write tests', stage: 'ended' }),
  job(two, 'b4444444', { name: 'login page', tasks: ['Draw it'], stage: 'ended' }),
  job(two, 'b5555555', { tasks: ['Write the docs'] }),
];

describe('a command goes to the config dir that has the job', () => {
  it.each<readonly [words: string, dir: ConfigDir, id: string | undefined]>([
    ['logs a1', shared, 'a1111111'],
    ['stop a2222222', one, 'a2222222'],
    ['kill a222', one, 'a2222222'],
    ['respawn b4444444', two, 'b4444444'],
    ['rm b5', two, 'b5555555'],
    ['rm --discard-unpushed a1@b4444444 b5', two, 'b5555555'],
    ['rm --force-remove-worktree=0f b5 more', two, 'b5555555'],
    ['attach a2 more', one, undefined],
    ['logs b', two, undefined],
    ['logs sign-in', one, undefined],
    ['logs fix', one, undefined],
    ['attach PAGE', two, undefined],
    ['attach draw', two, undefined],
    ['logs docs', two, undefined],
  ])('%s', (words, dir, id) => {
    const [word = '', ...rest] = words.split(' ');
    expect(choose({ word, rest }, jobs, always)).toEqual({ kind: 'one', dir, ...(id !== undefined && { id }) });
  });

  it('if one job has the text in its name, ended jobs that have it in their task do not count', () => {
    const drawn = job(shared, 'd0000000', { name: 'draw it well' });
    expect(choose({ word: 'logs', rest: ['draw'] }, [...jobs, drawn], always)).toEqual({ kind: 'one', dir: shared });
  });
});

describe("if jobs of several config dirs could be meant, the error is the client's for several in one dir", () => {
  it.each<readonly [words: string, text: string]>([
    ['stop a', "'a' matches more than one session: a1111111, a2222222, a2233333\n"],
    ['logs login', "2 sessions match 'login':\n  a2222222  fix the login\n  b4444444  login page\nUse more of the name, or the id.\n"],
    [
      'logs write',
      "2 sessions match 'write':\n  a2233333  Write tests\n  b5555555  Write the docs  (task text)\nUse more of the name, or the id.\n",
    ],
    [
      'attach it',
      "No session name matches 'it'.\nThe task text of 2 sessions has it:\n  b4444444  login page\n  c6666666  Write it, and more than that th…\nUse the id, or a session name.\n",
    ],
    ['attach twin', "2 sessions match 'twin':\n  c6666666  twin\n  c7777777  TWIN\nUse the id.\n"],
  ])('%s', (words, text) => {
    const [word = '', ...rest] = words.split(' ');
    const others =
      words === 'attach it'
        ? [
            job(two, 'b4444444', { name: 'login page', tasks: ['Draw it'] }),
            job(one, 'c6666666', { tasks: ['Write it,\n\u001B and more than that there is room for'] }),
          ]
        : [...jobs, job(one, 'c6666666', { name: 'twin' }), job(two, 'c7777777', { name: 'TWIN' })];
    expect(choose({ word, rest }, others, always)).toEqual({ kind: 'none', text });
  });

  it('of many candidates the first twenty are listed', () => {
    const many = Array.from({ length: 23 }, (_, at) =>
      job(at % 2 === 0 ? one : two, `c00000${String(at).padStart(2, '0')}`, { name: `many ${at}` }),
    );
    const choice = choose({ word: 'logs', rest: ['many'] }, many, always);
    expect(choice).toMatchObject({
      text: expect.stringMatching(/^23 sessions match 'many':\n(?: {2}c\d+ {2}many \d+\n){20} {2}… and 3 more\nUse more/),
    });
  });
});

describe('respawn --all', () => {
  const all = { word: 'respawn', rest: ['--all'] };

  it('runs in each config dir with a service and a job that has not ended', () => {
    expect(choose(all, jobs, always)).toEqual({ kind: 'each', dirs: [shared, one, two] });
    expect(choose(all, jobs, (home) => home !== one.home)).toEqual({ kind: 'each', dirs: [shared, two] });
  });

  it('runs in the shared dir, which has nothing to do, if there is none', () => {
    expect(choose(all, [job(one, 'a2233333', { stage: 'ended' })], always)).toEqual({ kind: 'shared' });
    expect(choose(all, jobs, () => false)).toEqual({ kind: 'shared' });
  });
});

function always(): boolean {
  return true;
}
