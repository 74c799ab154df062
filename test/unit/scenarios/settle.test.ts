import { describe, expect, it } from 'vitest';
import { atOnce, createStory, inTurn, lines, MEMORY, replacing, type Story } from './story.js';

const COPY = 'release.conflict-ben-ben0000000.md';

/** Three sessions change the day of a release: Anna first, then Ben otherwise; Carl adds a line of which nobody disagrees. */
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

describe('of three sessions two contradict each other', () => {
  it('the first stands, with what the third changed; the second lies beside it, and the index says so', async () => {
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
  ])('a person settles it with --%s: the copy and the line that pointed to it are gone', async (take, stands) => {
    const story = await contradiction();

    await story.settle(take);

    const { 'release.md': release, ...others } = story.memory();
    expect(release?.split(/\n+/).toSorted()).toEqual([...stands, ''].toSorted());
    expect(others).toEqual({ 'MEMORY.md': lines('# Memory', '- [Release](release.md)') });
    expect(story.conflicts()).toEqual([]);
  });

  it('a model settles it as the line in the index says: nothing is left to be settled', async () => {
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
