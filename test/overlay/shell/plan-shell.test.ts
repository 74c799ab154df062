import { describe, expect, test } from 'vitest';
import type { Place, ShellPlaces } from '../../../src/overlay/shell/places.js';
import { planShell } from '../../../src/overlay/shell/plan-shell.js';

const FOLDERS = ['skills', 'skills/x', 'skills/x/refs', 'rules'];

const places: ShellPlaces = {
  home: '/home/me',
  variables: { CLAUDE_CONFIG_DIR: '/state/home' },
  cwd: '/proj',
  hints: ['.claude', 'CLAUDE_CONFIG_DIR'],
  placeOf: (path) => placeIn('/home/me/.claude/', path) ?? placeIn('/state/home/', path),
  isFolder: (path) => FOLDERS.some((folder) => path === `/home/me/.claude/${folder}`),
  isLink: () => false,
};

function placeIn(root: string, path: string): Place | undefined {
  const place = path.startsWith(root) ? path.slice(root.length) : '';
  if (place.startsWith('memory/')) return { tree: 'memory', place: place.slice('memory/'.length) };
  return /^(?:skills|rules|CLAUDE\.md)(?:\/|$)/.test(place) ? { tree: 'config', place } : undefined;
}

/** What has to be there: `/` behind a folder that is empty, `/**` behind what is copied with all that is in it. */
function needs(command: string): string {
  const plan = planShell(command, places);
  const folders = plan?.folders.map(({ place }) => `${place}/`) ?? [];
  return [...folders, ...(plan?.copies.map(({ tree, place, whole }) => `${tree === 'memory' ? 'memory: ' : ''}${place}${whole ? '/**' : ''}`) ?? [])].join(' ');
}

describe('what a command needs in its private folders', () => {
  test.each([
    ['echo x >> ~/.claude/CLAUDE.md', 'CLAUDE.md'],
    ['echo x >> ~/.claude/skills/x/a.md', 'skills/ skills/x/ skills/x/a.md'],
    ['echo x >> ~/.claude/skills/x/a.md && cat ~/.claude/skills/x/a.md', 'skills/ skills/x/ skills/x/a.md'],
    ['cat ~/.claude/rules/a.md > ~/.claude/rules/b.md', 'rules/ rules/b.md'],
    ['rm ~/.claude/rules/a.md', 'rules/ rules/a.md'],
    ['rm -r ~/.claude/skills/x', 'skills/ skills/x/**'],
    ['rm ~/.claude/skills/x/*.md', 'skills/ skills/x/**'],
    ['mkdir -p ~/.claude/skills/new/refs', 'skills/ skills/new/ skills/new/refs'],
    ['mkdir -p ~/.claude/skills/x && touch ~/.claude/skills/x/a', 'skills/ skills/x/ skills/x/a'],
    ['cp a.md ~/.claude/skills/x', 'skills/ skills/x skills/x/a.md/**'],
    ['cp a.md ~/.claude/skills/x/SKILL.md', 'skills/ skills/x/ skills/x/SKILL.md'],
    ['cp *.md ~/.claude/skills/x', 'skills/ skills/x/**'],
    ['mv ~/.claude/rules/a.md ~/.claude/rules/b.md', 'rules/ rules/a.md/** rules/b.md'],
    ['sed -i.bak s/a/b/ ~/.claude/rules/a.md', 'rules/ rules/a.md rules/a.md.bak'],
    ['touch ~/.claude/skills/x/a && ls ~/.claude/skills/x', 'skills/ skills/x/**'],
    ['touch ~/.claude/skills/x/a && ls ~/.claude/skills', 'skills/**'],
    ['touch ~/.claude/skills/x/a && bash ~/.claude/skills/x/scripts/run.sh', 'skills/ skills/x/**'],
    ['touch ~/.claude/skills/x/a && bash ~/.claude/skills/y/scripts/run.sh', 'skills/ skills/x/ skills/x/a'],
    ['cd ~/.claude/skills/x && touch a && make', 'skills/ skills/x/**'],
    ['echo x >> ~/.claude/memory/MEMORY.md', 'memory: MEMORY.md'],
    ['echo x >> ~/.claude/memory/a.md; cat ~/.claude/memory/*.md', 'memory: /**'],
    ['echo x >> ~/.claude/memory/a.md; touch ~/.claude/rules/b', 'rules/ rules/b memory: a.md'],
  ])('%s', (command, expected) => {
    expect(needs(command)).toBe(expected);
  });
});

function rewrite(command: string, root = '/p'): string | undefined {
  return planShell(command, places)?.rewrite((tree) => `${root}/${tree}`);
}

describe('how its words change', () => {
  test.each([
    ['echo "a ~/.claude" >> ~/.claude/CLAUDE.md # ~/.claude/CLAUDE.md', 'echo "a ~/.claude" >> /p/config/CLAUDE.md # ~/.claude/CLAUDE.md'],
    ['tee "$HOME/.claude/skills/"$(date +%F)"/a b"', 'tee /p/config/skills/$(date +%F)"/a b"'],
    ['tee "$CLAUDE_CONFIG_DIR/skills/$(date +%F).md"', 'tee "/p/config/skills/$(date +%F).md"'],
    ["tee --append '/home/me/.claude/rules/'*.md", "tee --append /p/config/rules/*.md"],
    ['curl --output=/home/me/.claude/rules/a.md url', 'curl --output=/p/config/rules/a.md url'],
    ["curl '--output=/home/me/.claude/rules/a.md' url", "curl '--output=/p/config/rules/a.md' url"],
    ['curl -o"$HOME/.claude/rules/a.md" url', 'curl -o/p/config/rules/a.md url'],
    ['dd of=~/.claude/rules/a.md', 'dd of=/p/config/rules/a.md'],
    ['rm -r ~/.claude/skills/x/', 'rm -r /p/config/skills/x/'],
    ['cp -r a/. ~/.claude/skills/x/.', 'cp -r a/. /p/config/skills/x/.'],
    ['rm ~/.claude/{rules,skills}/a.md', 'rm /p/config/{rules,skills}/a.md'],
    ['cd ~/.claude/skills && (ls; rm x/a)', 'cd ~/.claude/skills && ( (cd /p/config/skills && ls); rm /p/config/skills/x/a)'],
    ['mv ~/.claude/memory/a.md ~/.claude/rules/', 'mv /p/memory/a.md /p/config/rules/'],
  ])('%s', (command, expected) => {
    expect(rewrite(command)).toBe(expected);
  });

  test('paths with odd characters are quoted as the word is', () => {
    expect(rewrite('echo x >> ~/.claude/CLAUDE.md', "/it's")).toBe(String.raw`echo x >> '/it'\''s/config/CLAUDE.md'`);
    expect(rewrite('touch "$HOME/.claude/skills/$(date +%F)"', '/a $b')).toBe('touch "/a \\$b/config/skills/$(date +%F)"');
    expect(rewrite('rm ~/.claude/rules/*.md', '/a b')).toBe("rm '/a b/config/rules/'*.md");
  });

  test('nothing is changed where odd characters would come apart', () => {
    const command = 'for f in ~/.claude/rules/*.md; do rm $f; done';
    expect(rewrite(command)).toBe('for f in /p/config/rules/*.md; do rm $f; done');
    expect(rewrite(command, '/a b')).toBeUndefined();
  });

  test('positions are those of the text, whatever letters are before them', () => {
    expect(rewrite('echo "é😀𝒳" >> ~/.claude/rules/ü.md; echo 😀 > ~/.claude/rules/😀.md')).toBe("echo \"é😀𝒳\" >> '/p/config/rules/ü.md'; echo 😀 > '/p/config/rules/😀.md'");
  });
});
