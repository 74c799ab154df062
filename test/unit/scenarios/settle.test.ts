import { describe, expect, it } from 'vitest';
import { atOnce, createStory, inTurn, lines, MEMORY, replacing, type Story } from './story.js';

const COPY = 'release.conflict-ben-ben0000000.md';

/** Three sessions change the day of a release: first Anna, then Ben to another day; Carl adds a line that conflicts with nothing. */
async function contradiction(): Promise<Story> {
  const story = createStory({
    [`${MEMORY}/MEMORY.md`]: lines('# Memory', '- [Release](release.md)'),
    [`${MEMORY}/release.md`]: lines('Release: Monday', '', 'By hand.'),
  });
  const [anna, ben, carl] = [story.session('anna'), story.session('ben'), story.session('carl')];
  await atOnce(
    anna.edits('release.md', replacing('Monday', 'Tuesday')),
    ben.edits('release.md', replacing('Monday', 'Friday')),
    carl.edits('release.md', replacing('By hand.', 'By the pipeline.')),
  );
  for (const session of [anna, ben, carl]) await session.ends();
  return story;
}

describe('two of three sessions conflict with each other', () => {
  it('the first version stays, with the change of the third; the second is beside it, and the index mentions it', async () => {
    const story = await contradiction();
    expect(story.memory()).toEqual({
      'MEMORY.md': expect.stringContaining(`(${COPY})`),
      'release.md': lines('Release: Tuesday', '', 'By the pipeline.'),
      [COPY]: lines('Release: Friday', '', 'By hand.'),
    });
    expect(story.conflicts()).toEqual(['memory/release.md']);
  });

  it.each<readonly [take: 'ours' | 'theirs' | 'both', stands: readonly string[]]>([
    ['ours', ['Release: Friday', 'By hand.']],
    ['theirs', ['Release: Tuesday', 'By the pipeline.']],
    ['both', ['Release: Tuesday', 'Release: Friday', 'By the pipeline.', 'By hand.']],
  ])('the user settles it with --%s: the copy and its pointer are removed', async (take, stands) => {
    const story = await contradiction();

    await story.settle(take);

    const { 'release.md': release, ...others } = story.memory();
    expect(release?.split(/\n+/).toSorted()).toEqual([...stands, ''].toSorted());
    expect(others).toEqual({ 'MEMORY.md': lines('# Memory', '- [Release](release.md)') });
    expect(story.conflicts()).toEqual([]);
  });

  it('a model settles it as the line in the index says: no conflict remains', async () => {
    const story = await contradiction();
    const dora = story.session('dora');

    await inTurn(
      dora.edits('release.md', replacing('Tuesday', 'Tuesday, in winter Friday')),
      dora.writes('MEMORY.md', lines('# Memory', '- [Release](release.md)')),
    );
    story.deletes(COPY);
    await dora.ends();

    expect(story.memory()).toEqual({
      'MEMORY.md': lines('# Memory', '- [Release](release.md)'),
      'release.md': lines('Release: Tuesday, in winter Friday', '', 'By the pipeline.'),
    });
    expect(story.conflicts()).toEqual([]);
  });
});
