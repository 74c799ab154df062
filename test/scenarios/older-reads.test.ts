import { describe, expect, it } from 'vitest';
import { adding, createStory, inTurn, lines, MEMORY, replacing } from './story.js';

/** The model writes the file whole: what it read, and one line more. Between its read and its write others write. */
describe('a session writes a memory whole that is not what it read any more', () => {
  const shared = { [`${MEMORY}/todo.md`]: lines('# To do', '- ship') };

  it('what another added since the read is no deletion', async () => {
    const story = createStory(shared);
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    await inTurn(anna.reads('todo.md'), ben.edits('todo.md', adding('- from Ben')));
    await inTurn(anna.writes('todo.md', lines('# To do', '- from Anna', '- ship')));

    expect(story.memory()).toEqual({ 'todo.md': lines('# To do', '- from Anna', '- ship', '- from Ben') });
  });

  it('nor what another added before an edit of its own, which the model has not read either', async () => {
    const story = createStory(shared);
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    await inTurn(anna.reads('todo.md'), ben.edits('todo.md', adding('- from Ben')));
    await inTurn(anna.edits('todo.md', replacing('# To do', '# To do now')));
    await inTurn(anna.writes('todo.md', lines('# To do now', '- from Anna', '- ship')));

    const all = Object.values(story.memory()).join('');
    for (const line of ['# To do now', '- from Anna', '- ship', '- from Ben']) expect(all).toContain(`${line}\n`);
    expect(story.memory()['todo.md']).toContain('- from Ben\n');
  });

  it('what it read, and left out, is a deletion: also when it has read the file again since', async () => {
    const story = createStory(shared);
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    await inTurn(anna.reads('todo.md'), ben.edits('todo.md', adding('- from Ben')), anna.reads('todo.md'));
    await inTurn(anna.writes('todo.md', lines('# To do', '- from Ben')));

    expect(story.memory()).toEqual({ 'todo.md': lines('# To do', '- from Ben') });
  });

  it('a file that it has never read is not emptied by its write of a new one', async () => {
    const story = createStory({});
    const [anna, ben] = [story.session('anna'), story.session('ben')];
    const late = anna.writes('new.md', lines('from Anna'));

    await late.begin();
    await inTurn(ben.writes('new.md', lines('from Ben')));
    await late.end();

    expect(Object.values(story.memory())).toEqual(expect.arrayContaining(['from Ben\n', 'from Anna\n']));
  });
});
