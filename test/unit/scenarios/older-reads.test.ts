import { expect, it } from 'vitest';
import { adding, createStory, inTurn, lines, MEMORY } from './story.js';

/**
 * The client refuses a write to a file that changed since the model read it, but another writer may still write after the client has
 * checked.
 */
it('an addition by another writer between the check and the write of a session that writes the whole file does not count as deleted', async () => {
  const story = createStory({ [`${MEMORY}/todo.md`]: lines('# To do', '- ship') });
  const [anna, ben] = [story.session('anna'), story.session('ben')];
  const late = anna.writes('todo.md', lines('# To do', '- from Anna', '- ship'));

  await late.begin();
  await inTurn(ben.edits('todo.md', adding('- from Ben')));
  await late.end();

  expect(story.memory()).toEqual({ 'todo.md': lines('# To do', '- from Anna', '- ship', '- from Ben') });
});

it('text that the session had seen and left out counts as deleted', async () => {
  const story = createStory({ [`${MEMORY}/todo.md`]: lines('# To do', '- ship') });
  const [anna, ben] = [story.session('anna'), story.session('ben')];

  await inTurn(ben.edits('todo.md', adding('- from Ben')), anna.writes('todo.md', lines('# To do', '- from Ben')));

  expect(story.memory()).toEqual({ 'todo.md': lines('# To do', '- from Ben') });
});

it('a new file that another writer has made meanwhile is not emptied', async () => {
  const story = createStory({});
  const [anna, ben] = [story.session('anna'), story.session('ben')];
  const late = anna.writes('new.md', lines('from Anna'));

  await late.begin();
  await inTurn(ben.writes('new.md', lines('from Ben')));
  await late.end();

  expect(Object.values(story.memory())).toEqual(expect.arrayContaining(['from Ben\n', 'from Anna\n']));
});
