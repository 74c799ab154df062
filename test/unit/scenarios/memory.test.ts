import { describe, expect, it } from 'vitest';
import { adding, atOnce, createStory, lines, MEMORY, replacing } from './story.js';

const INDEX = `${MEMORY}/MEMORY.md`;

/** A memory as the client writes it. */
function note(modified: string, ...body: readonly string[]): string {
  return lines('---', 'name: db', `modified: ${modified}`, '---', '', ...body);
}

describe('two sessions share one memory', () => {
  it('each adds a section to architecture.md at the same moment: both sections are there, each in one piece', async () => {
    const story = createStory({ [`${MEMORY}/architecture.md`]: lines('# Architecture', '', '## Storage', 'SQLite.') });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    await atOnce(
      anna.edits('architecture.md', adding('', '## Queue', 'One worker.', 'No retries.')),
      ben.edits('architecture.md', adding('', '## Auth', 'Tokens.', 'No cookies.')),
    );

    const { 'architecture.md': text, ...others } = story.memory();
    expect(text).toContain(lines('## Queue', 'One worker.', 'No retries.'));
    expect(text).toContain(lines('## Auth', 'Tokens.', 'No cookies.'));
    expect(text?.startsWith(lines('# Architecture', '', '## Storage', 'SQLite.'))).toBe(true);
    expect(others).toEqual({});
  });

  it('each adds a section with a code fence: no fence swallows the section of the other', async () => {
    const story = createStory({ [`${MEMORY}/howto.md`]: lines('# How to', '') });
    const [anna, ben] = [story.session('anna'), story.session('ben')];
    const build = ['## Build', '```sh', 'npm run build', '```', ''];
    const deploy = ['## Deploy', '```sh', 'npm run deploy', '```', ''];

    await atOnce(anna.edits('howto.md', adding(...build)), ben.edits('howto.md', adding(...deploy)));

    expect([lines('# How to', '', ...build, ...deploy), lines('# How to', '', ...deploy, ...build)]).toContain(story.memory()['howto.md']);
  });

  it('each changes a memory, and the client stamps both: the stamp is no conflict', async () => {
    const story = createStory({ [`${MEMORY}/db.md`]: note('2026-01-01T00:00:00Z', 'Use WAL.', '', 'Back up daily.') });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    await atOnce(
      anna.edits('db.md', () => note('2026-01-02T00:00:00Z', 'Use WAL mode.', '', 'Back up daily.')),
      ben.edits('db.md', () => note('2026-01-03T00:00:00Z', 'Use WAL.', '', 'Back up hourly.')),
    );

    expect(story.memory()).toEqual({ 'db.md': note('2026-01-03T00:00:00Z', 'Use WAL mode.', '', 'Back up hourly.') });
  });

  it('each makes a memory of the same name: the first stays, the second is beside it, with one pointer', async () => {
    const story = createStory({ [INDEX]: lines('# Memory') });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    await atOnce(anna.writes('deploy.md', 'Deploys run on Fridays.\n'), ben.writes('deploy.md', 'Deploys are frozen.\n'));

    const copy = 'deploy.conflict-ben-ben0000000.md';
    const after = story.memory();
    expect(after).toEqual({
      'MEMORY.md': expect.stringMatching(/^# Memory\n- \[Conflict: deploy\.md\]\(deploy\.conflict-ben-ben0000000\.md\) .+\n$/),
      'deploy.md': 'Deploys run on Fridays.\n',
      [copy]: 'Deploys are frozen.\n',
    });

    await Promise.all([anna.ends(), ben.ends()]);
    expect(story.memory()).toEqual(after);
  });

  it('one makes the memory that another has just made, with the same words and more: the longer one stays, without a copy', async () => {
    const story = createStory({});
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    await atOnce(
      anna.writes('deploy.md', lines('Deploys run on Fridays.')),
      ben.writes('deploy.md', lines('Deploys run on Fridays.', 'Ask Carl.')),
    );

    expect(story.memory()).toEqual({ 'deploy.md': lines('Deploys run on Fridays.', 'Ask Carl.') });
  });

  it('each registers the same file in the index with different words: both lines are there, one below the other', async () => {
    const story = createStory({ [INDEX]: lines('# Memory', '- [API](api.md) — the API') });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    await atOnce(
      anna.edits('MEMORY.md', adding('- [Database](db.md) — which one, and why', '- [Auth](auth.md)')),
      ben.edits('MEMORY.md', adding('- [The DB](db.md) — decisions')),
    );

    const entries = ['- [Database](db.md) — which one, and why', '- [The DB](db.md) — decisions', '- [Auth](auth.md)'];
    expect(story.memory()['MEMORY.md']).toBe(lines('# Memory', '- [API](api.md) — the API', ...entries));
  });

  it('two earlier lines for one file in the index stay, whatever the sessions add', async () => {
    const before = ['# Memory', '- [DB](db.md) — which one', '- [Database](db.md) — its backups'];
    const story = createStory({ [INDEX]: lines(...before) });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    await atOnce(anna.edits('MEMORY.md', adding('- [A](a.md)')), ben.edits('MEMORY.md', adding('- [B](b.md)')));

    expect(story.memory()['MEMORY.md']?.split('\n').toSorted()).toEqual(['', ...before, '- [A](a.md)', '- [B](b.md)'].toSorted());
  });

  it.each(['the removal comes first', 'the change comes first'])(
    'one removes an entry of the index that the other changes: it stays, as changed (%s)',
    async (order) => {
      const story = createStory({ [INDEX]: lines('# Memory', '- [DB](db.md) — SQLite', '- [API](api.md)') });
      const [anna, ben] = [story.session('anna'), story.session('ben')];
      const removal = anna.edits('MEMORY.md', replacing('- [DB](db.md) — SQLite\n', ''));
      const change = ben.edits('MEMORY.md', replacing('SQLite', 'Postgres by now'));

      await (order.startsWith('the one who removes') ? atOnce(removal, change) : atOnce(change, removal));

      expect(story.memory()['MEMORY.md']?.split('\n').toSorted()).toEqual([
        '',
        '# Memory',
        '- [API](api.md)',
        '- [DB](db.md) — Postgres by now',
      ]);
    },
  );
});
