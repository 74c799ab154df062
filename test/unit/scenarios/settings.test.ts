import { describe, expect, it } from 'vitest';
import { createStory, type Json, type Session } from './story.js';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const SERVERS = { files: { command: 'files' }, web: { command: 'web' } };

/** The entry of a project in `.claude.json`. */
const project = (...allowedTools: readonly string[]): Json => ({ '/work': { allowedTools, hasTrustDialogAccepted: true } });

/** The values that a session leaves in it when it ends. */
const run = (session: string, figure: number): Json => ({
  lastSessionId: session,
  lastCost: figure,
  lastDuration: figure,
  lastAPIDuration: figure,
  lastLinesAdded: figure,
  lastTotalInputTokens: figure,
  lastModelUsage: { opus: { inputTokens: figure } },
});

/** Both sessions work before either ends; then they end in this order. */
async function end(...sessions: readonly Session[]): Promise<void> {
  for (const session of sessions) await session.ends();
}

describe('two sessions share settings.json', () => {
  it('each gets one more permission: both are there, and the rest is unchanged', async () => {
    const story = createStory({ 'settings.json': json({ model: 'opus', permissions: { allow: ['Bash(ls)'], deny: ['WebFetch'] } }) });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.sets('settings.json', (settings) => void (settings['permissions'] = { allow: ['Bash(ls)', 'Bash(make)'], deny: ['WebFetch'] }));
    ben.sets(
      'settings.json',
      (settings) => void (settings['permissions'] = { allow: ['Bash(ls)', 'Bash(git status)'], deny: ['WebFetch'] }),
    );
    await end(anna, ben);

    expect(story.json('settings.json')).toEqual({
      model: 'opus',
      permissions: { allow: expect.toSatisfy(holdsOnce('Bash(ls)', 'Bash(make)', 'Bash(git status)')), deny: ['WebFetch'] },
    });
  });
});

describe('sessions share .claude.json', () => {
  it('ten start at once: numStartups has grown by ten', async () => {
    const story = createStory({ '.claude.json': json({ numStartups: 100, theme: 'dark' }) });
    const sessions = Array.from({ length: 10 }, (_, index) => story.session(`s${index}`));

    for (const session of sessions) session.sets('.claude.json', (state) => void (state['numStartups'] = 101));
    await Promise.all(sessions.map((session) => session.ends()));

    expect(story.json('.claude.json')).toEqual({ numStartups: 110, theme: 'dark' });
  });

  it('two get permission for a tool in the same project: the project allows both', async () => {
    const story = createStory({ '.claude.json': json({ projects: { ...project('Read'), '/other': { allowedTools: [] } } }) });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.sets('.claude.json', (state) => Object.assign(state['projects'] ?? {}, project('Read', 'Bash(make)')));
    ben.sets('.claude.json', (state) => Object.assign(state['projects'] ?? {}, project('Read', 'WebSearch')));
    await end(anna, ben);

    expect(story.json('.claude.json')).toEqual({
      projects: {
        '/work': { allowedTools: expect.toSatisfy(holdsOnce('Read', 'Bash(make)', 'WebSearch')), hasTrustDialogAccepted: true },
        '/other': { allowedTools: [] },
      },
    });
  });

  it('one removes an MCP server that the other leaves alone: it is removed', async () => {
    const story = createStory({ '.claude.json': json({ numStartups: 1, mcpServers: SERVERS }) });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.sets('.claude.json', (state) => void (state['mcpServers'] = { files: SERVERS.files }));
    ben.sets('.claude.json', (state) => void (state['numStartups'] = 2));
    await end(anna, ben);

    expect(story.json('.claude.json')).toEqual({ numStartups: 2, mcpServers: { files: { command: 'files' } } });
  });

  it.each(['the session that removes it', 'the session that changes it'])(
    'one removes an MCP server that the other changes: it is there, as changed (%s ends first)',
    async (first) => {
      const story = createStory({ '.claude.json': json({ mcpServers: SERVERS }) });
      const [anna, ben] = [story.session('anna'), story.session('ben')];

      anna.sets('.claude.json', (state) => void (state['mcpServers'] = { files: SERVERS.files }));
      ben.sets('.claude.json', (state) => void (state['mcpServers'] = { ...SERVERS, web: { command: 'web', args: ['--fast'] } }));
      await (first === 'the session that removes it' ? end(anna, ben) : end(ben, anna));

      expect(story.json('.claude.json')).toEqual({ mcpServers: { ...SERVERS, web: { command: 'web', args: ['--fast'] } } });
    },
  );

  it('two ordinary sessions leave different figures of their last run: no conflict, and those of the later one stay', async () => {
    const story = createStory({ '.claude.json': json({ projects: { '/work': run('before', 1) } }) });
    const [anna, ben] = [story.session('anna'), story.session('ben')];

    anna.sets('.claude.json', (state) => void (state['projects'] = { '/work': run('from-anna', 2) }));
    ben.sets('.claude.json', (state) => void (state['projects'] = { '/work': run('from-ben', 3) }));
    await ben.ends();
    const { home } = await anna.ends();

    expect(home).toMatchObject([['.claude.json', { outcome: 'merged' }]]);
    expect(story.json('.claude.json')).toEqual({ projects: { '/work': run('from-anna', 2) } });
    expect(Object.keys(story.shared('.')).filter((name) => name.includes('conflict'))).toEqual([]);
  });
});

function holdsOnce(...items: readonly string[]): (list: readonly string[]) => boolean {
  return (list) => list.length === items.length && items.every((item) => list.includes(item));
}
