import { describe, expect, it } from 'vitest';
import { realFiles } from '../../../src/system/files/real-files.js';
import { repairLostUpdates } from '../../../src/sync/lost-updates/repair.js';
import { sessionLocks } from '../../../src/sync/locks/locks.js';
import { LOCK_TIMEOUTS } from '../../../src/sync/locks/timeouts.js';
import { rememberReplaced } from '../../../src/sync/log/replaced.js';
import { interferingFiles } from '../../support/faulty-files.js';
import { openSession } from '../../support/session.js';
import { adding, createStory, inTurn, lines, MEMORY } from './story.js';

const INDEX = lines('# Memory', '- [Start](start.md) — how it began');
const index = `${MEMORY}/MEMORY.md`;

describe('plain claude writes a text based on a version that a session has since changed', () => {
  it('and the next write of any session restores the lost change', async () => {
    const story = createStory({ [index]: INDEX });
    const [one, two] = [story.session('one'), story.session('two')];
    await inTurn(one.edits('MEMORY.md', adding('- [One](one.md) — of one')));
    story.scratch.write(`shared/${index}`, `${INDEX}- [Plain](plain.md) — of plain claude\n`);
    await inTurn(two.edits('MEMORY.md', adding('- [Two](two.md) — of two')));
    const [merged = ''] = Object.values(story.shared(MEMORY));
    expect(merged.split('\n').toSorted()).toEqual([
      '',
      '# Memory',
      '- [One](one.md) — of one',
      '- [Plain](plain.md) — of plain claude',
      '- [Start](start.md) — how it began',
      '- [Two](two.md) — of two',
    ]);
    expect(story.scratch.temporaries()).toEqual([]);
  });

  it('and a running session restores the lost change', async () => {
    const story = createStory({ [index]: INDEX });
    await inTurn(story.session('one').edits('MEMORY.md', adding('- [One](one.md) — of one')));
    story.scratch.write(`shared/${index}`, `${INDEX}- [Plain](plain.md) — of plain claude\n`);
    const watcher = openSession(story.scratch, 'watcher000');
    await repairLostUpdates(realFiles, watcher, sessionLocks(realFiles, watcher, LOCK_TIMEOUTS), { memory: ['MEMORY.md'], names: [] });
    expect(story.memory()['MEMORY.md']).toContain('of one');
    expect(story.memory()['MEMORY.md']).toContain('of plain claude');
  });

  it('and the lost settings of an ended session are restored', async () => {
    const story = createStory({ 'settings.json': '{"model":"opus"}' });
    const [one, two] = [story.session('one'), story.session('two')];
    one.sets('settings.json', (settings) => Object.assign(settings, { env: { ONE: '1' } }));
    await one.ends();
    story.scratch.write('shared/settings.json', '{"model":"opus","plain":true}');
    two.sets('settings.json', (settings) => Object.assign(settings, { two: true }));
    await two.ends();
    expect(story.json('settings.json')).toEqual({ model: 'opus', env: { ONE: '1' }, plain: true, two: true });
  });

  it.each(['read', 'exchange'] as const)('while another session is merged (before %s), and the lost change is restored', async (before) => {
    const story = createStory({ 'settings.json': '{"model":"opus"}' });
    const [one, two] = [story.session('one'), story.session('two')];
    one.sets('settings.json', (settings) => Object.assign(settings, { env: { ONE: '1', MORE: '1' } }));
    await one.ends();
    two.sets('settings.json', (settings) => Object.assign(settings, { two: true }));
    const act = (): void => void story.scratch.write('shared/settings.json', '{"model":"opus","plain":true}');
    await two.ends(interferingFiles(realFiles, { before, act }));
    expect(story.json('settings.json')).toEqual({ model: 'opus', env: { ONE: '1', MORE: '1' }, plain: true, two: true });
  });

  it.each(['read', 'exchange'] as const)(
    'while a plan of another session is merged (before %s), and the lost change is restored',
    async (before) => {
      const story = createStory({ 'plans/p.md': lines('# Plan', '- begin') });
      const [one, two] = [story.session('one'), story.session('two')];
      one.changes('plans/p.md', adding('- the step of one'));
      await one.ends();
      two.changes('plans/p.md', adding('- what two adds'));
      const act = (): void => void story.scratch.write('shared/plans/p.md', lines('# Plan', '- begin', '- plain wrote this'));
      await two.ends(interferingFiles(realFiles, { before, act }));
      expect(Object.values(story.shared('plans')).join('').split('\n').toSorted()).toEqual([
        '',
        '# Plan',
        '- begin',
        '- plain wrote this',
        '- the step of one',
        '- what two adds',
      ]);
    },
  );

  it('and a running session has taken over its version before the loss was detected: the lost change is restored', async () => {
    const story = createStory({ 'settings.json': '{"model":"opus"}' });
    const [one, two] = [story.session('one'), story.session('two')];
    const { paths } = openSession(story.scratch, 'watcher000');
    one.sets('settings.json', (settings) => Object.assign(settings, { env: { ONE: '1', MORE: '1' } }));
    await one.ends();
    const before = story.bytes('settings.json');
    story.scratch.write('shared/settings.json', '{"model":"opus","plain":true}');
    rememberReplaced(realFiles, paths.replaced, {
      at: Date.now(),
      target: `${paths.home}/settings.json`,
      before,
      after: story.bytes('settings.json'),
    });
    two.sets('settings.json', (settings) => Object.assign(settings, { two: true }));
    await two.ends();
    expect(story.json('settings.json')).toEqual({ model: 'opus', env: { ONE: '1', MORE: '1' }, plain: true, two: true });
  });

  it('but text that a user removes on purpose stays removed', async () => {
    const story = createStory({ [index]: INDEX, 'settings.json': '{"model":"opus"}' });
    const [one, two] = [story.session('one'), story.session('two')];
    await inTurn(one.edits('MEMORY.md', adding('- [One](one.md) — of one')));
    const start = Date.now();
    story.scratch.write(`shared/${index}`, INDEX);
    // The time of a file may be this much behind.
    await expect.poll(() => Date.now()).toBeGreaterThan(start + 50);
    await inTurn(two.edits('MEMORY.md', adding('- [Two](two.md) — of two')));
    expect(story.memory()['MEMORY.md']).toBe(`${INDEX}- [Two](two.md) — of two\n`);
  });
});
