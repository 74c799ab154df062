import { describe, expect, it } from 'vitest';
import { logFolder } from '../../../src/session/paths.js';
import { restore } from '../../../src/sync/by-hand/restore-entry.js';
import type { LogEntry } from '../../../src/sync/log/entry.js';
import { readLog } from '../../../src/sync/log/log.js';
import { restoreContent } from '../../../src/system/content.js';
import { realFiles } from '../../../src/system/files/real-files.js';
import { layout, manifestOf } from '../../support/session.js';
import { adding, createStory, inTurn, lines, MEMORY, replacing, type Story } from './story.js';

const FIRST = lines('# Architecture', 'Parts talk over sockets.', 'Each part logs on its own.');
const WRONG = [
  'The cache is never cleared, so it may grow without end.',
  'Tests need a network, and three hours.',
  'All of it runs as root.',
];

function newest({ scratch }: Story): LogEntry {
  const [entry] = readLog(realFiles, logFolder(scratch.at('state'), scratch.at('shared')));
  if (!entry) throw new Error('the log is empty');
  return entry;
}

/** The user undoes what the newest entry of the log did to its only file. */
async function undoNewest(story: Story): Promise<void> {
  const { scratch } = story;
  const entry = newest(story);
  const [file, ...more] = entry.files;
  if (!file?.content.kept || more.length > 0) throw new Error('one file expected');
  const where = { stateDir: scratch.at('state'), layout, shared: manifestOf(scratch, 'any').shared };
  await restore(realFiles, where, entry, [{ file, before: restoreContent(file.content.before) }]);
}

describe('a change that the user has undone stays undone', () => {
  it('when the next session edits the file, whether it began before or after', async () => {
    const story = createStory({ [`${MEMORY}/arch.md`]: FIRST });
    const [anna, early] = [story.session('anna'), story.session('early')];
    await inTurn(anna.edits('arch.md', adding(...WRONG)));
    await undoNewest(story);
    expect(story.memory()).toEqual({ 'arch.md': FIRST });

    await inTurn(early.edits('arch.md', replacing('sockets', 'pipes')));
    await inTurn(story.session('late').edits('arch.md', adding('Errors are told once.')));
    await anna.ends();
    expect(story.memory()).toEqual({ 'arch.md': `${FIRST.replace('sockets', 'pipes')}Errors are told once.\n` });
  });

  it('when the session that made the change edits the file again', async () => {
    const story = createStory({ [`${MEMORY}/arch.md`]: FIRST });
    const anna = story.session('anna');
    await inTurn(anna.edits('arch.md', adding(...WRONG)));
    await undoNewest(story);
    await inTurn(anna.edits('arch.md', adding('Errors are told once.')));
    await anna.ends();
    expect(story.memory()).toEqual({ 'arch.md': `${FIRST}Errors are told once.\n` });
  });

  it('when the user edits the file without pclaude, and a session edits it afterwards', async () => {
    const story = createStory({ [`${MEMORY}/arch.md`]: FIRST });
    await inTurn(story.session('anna').edits('arch.md', adding(...WRONG)));
    await undoNewest(story);
    story.scratch.write(`shared/${MEMORY}/arch.md`, `${FIRST}A person wrote this.\n`);
    await inTurn(story.session('ben').edits('arch.md', replacing('sockets', 'pipes')));
    expect(story.memory()).toEqual({ 'arch.md': `${FIRST.replace('sockets', 'pipes')}A person wrote this.\n` });
  });

  it('and an undo that the user has undone stays undone as well', async () => {
    const story = createStory({ [`${MEMORY}/arch.md`]: FIRST });
    await inTurn(story.session('anna').edits('arch.md', adding(...WRONG)));
    await undoNewest(story);
    await undoNewest(story);
    await inTurn(story.session('ben').edits('arch.md', replacing('sockets', 'pipes')));
    expect(story.memory()).toEqual({ 'arch.md': FIRST.replace('sockets', 'pipes') + lines(...WRONG) });
  });

  it('if a file was made: it is removed, and its session does not restore it', async () => {
    const story = createStory({ [`${MEMORY}/MEMORY.md`]: '# Memory\n' });
    const anna = story.session('anna');
    await inTurn(anna.writes('wrong.md', lines(...WRONG)));
    await undoNewest(story);
    await anna.ends();
    expect(story.memory()).toEqual({ 'MEMORY.md': '# Memory\n' });
  });
});
