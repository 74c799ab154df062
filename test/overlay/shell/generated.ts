import * as fc from 'fast-check';

/** Shared files and folders, those that are there and some that are not. */
const PLACES = [
  'skills', 'skills/_index.md', 'skills/x', 'skills/x/SKILL.md', 'skills/x/refs', 'skills/x/refs/a.md', 'skills/pdf', 'skills/pdf/SKILL.md', 'skills/old',
  'skills/old/one.md', 'skills/new', 'skills/new/SKILL.md', 'skills/with blank', 'agents', 'agents/reviewer.md', 'CLAUDE.md', 'rules/new.md',
];

const place = fc.constantFrom(...PLACES);

/** A word that names a shared file, or one of the project. */
const path = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(place, fc.nat(6)).map(([name, spelling]) => spelled(name, spelling)) },
  { weight: 2, arbitrary: fc.constantFrom('README.md', 'new', 'new/SKILL.md', 'nowhere', '"$D/_index.md"', '$D/x/SKILL.md', '"$F"', '"$E"') },
  { weight: 2, arbitrary: fc.constantFrom('~/.claude/skills/*/SKILL.md', '~/.claude/skills/x/*', '"$HOME"/.claude/skills/{x,old}', '~/.claude/skills/x/refs/{a,b}.md') },
  { weight: 2, arbitrary: fc.constantFrom('.', '..', 'SKILL.md', 'x/SKILL.md', '_index.md', '*.md', '../_index.md', 'refs') },
);

function spelled(name: string, spelling: number): string {
  const inside = name.includes(' ') ? name.replaceAll(' ', String.raw`\ `) : name;
  const ways = [`~/.claude/${inside}`, `"$HOME/.claude/${name}"`, `\${HOME}/.claude/${inside}`, `"$CLAUDE_CONFIG_DIR"/'${name}'`, `~/.claude/"${name}"`, `"$HOME"/.claude/${inside}`, `$CLAUDE_CONFIG_DIR/${inside}`];
  return ways[spelling] ?? ways[0] ?? '';
}

const writing = fc.oneof(
  fc.tuple(fc.constantFrom('rm', 'rm -rf', 'rm -f', 'mkdir', 'mkdir -p', 'touch', 'rmdir', 'truncate -s 2', 'sed -i s/foo/bar/', 'sed -i.bak s/foo/bar/', 'tee', 'echo x | tee -a'), path).map((words) => words.join(' ')),
  fc.tuple(fc.constantFrom('cp', 'cp -r', 'mv', 'cp -a', 'ln -sf'), path, path).map((words) => words.join(' ')),
  fc.tuple(fc.constantFrom('echo text', 'echo "$F"', 'cat README.md', 'printf "%s\\n" a b', ':', 'ls new'), fc.constantFrom('>', '>>', '2>', '&>'), path).map((words) => words.join(' ')),
  fc.tuple(path, fc.constantFrom('EOF', "'EOF'")).map(([to, mark]) => `cat >> ${to} <<${mark}\nbody $((1 + 1))\nEOF\n`),
);

const reading = fc.oneof(
  fc.tuple(fc.constantFrom('cat', 'ls', 'ls -d', 'head -n 1', 'wc -c', 'grep -c foo', 'grep -r foo', 'test -e', 'stat -c %s', 'cksum', 'sort', 'du -s --apparent-size'), path).map((words) => words.join(' ')),
  fc.tuple(fc.constantFrom('find', 'ls'), path, fc.constantFrom('sort', 'wc -l', 'cat', 'xargs -d "\\n" sed -i s/foo/bar/', 'while read -r f; do cat "$f" >> ~/.claude/rules/all.md; done', 'while read -r f; do echo "$f"; done')).map(([program, of, to]) => `${program} ${of} | ${to}`),
  fc.tuple(path, fc.constantFrom('cat "$f"', 'echo "$f"', 'echo y >> "$f"', 'rm -r "$f"', 'sed -i s/foo/bar/ "$f"', 'cp "$f" "$f.bak"')).map(([of, body]) => `for f in ${of}; do ${body}; done`),
  fc.tuple(path, fc.constantFrom('sed -i s/foo/bar/ {} +', 'cat {} \\;', 'cp {} ~/.claude/rules/ \\;', 'rm {} \\;')).map(([of, action]) => `find ${of} -name "*.md" -exec ${action}`),
  fc.constantFrom('pwd', 'ls', 'cat *.md', 'echo done', 'true', 'false', 'find . -name "*.md" | sort', 'echo "$(cat SKILL.md)"'),
);

/** Commands that run in a folder of their own. */
const elsewhere = fc.tuple(fc.constantFrom('~/.claude/skills', '~/.claude/skills/x', '"$CLAUDE_CONFIG_DIR/skills"', '~/.claude', 'new'), fc.oneof(writing, reading)).map(([folder, text]) => `(cd ${folder} && ${text}\n)`);

const step = fc.oneof(
  { weight: 2, arbitrary: elsewhere },
  { weight: 6, arbitrary: writing },
  { weight: 4, arbitrary: reading },
  { weight: 2, arbitrary: path.map((to) => `cd ${to}`) },
  { weight: 1, arbitrary: fc.constantFrom('mkdir -p ~/.claude/skills/new && cd ~/.claude/skills/new', 'mkdir -p "$D/new/more"; cd $D/new', 'rm -rf ~/.claude/skills/x; mkdir ~/.claude/skills/x && cd ~/.claude/skills/x', 'cd ..') },
  { weight: 1, arbitrary: path.map((to) => `F=${to}`) },
  { weight: 1, arbitrary: path.map((of) => `E=$(dirname ${of})`) },
);

/** Text after a here-document starts a new line. */
function joined(steps: readonly (readonly [string, string])[]): string {
  return steps.map(([text, joint], index) => (index === steps.length - 1 ? text : text.endsWith('\n') ? text : `${text}${joint}`)).join('');
}

const joint = fc.constantFrom(' && ', '; ', ' || ', '\n');

const several = fc.array(fc.tuple(step, joint), { minLength: 1, maxLength: 3 }).map(joined);

const grouped = fc.oneof(
  { weight: 5, arbitrary: several },
  { weight: 1, arbitrary: several.map((inside) => `(${inside}\n)`) },
  { weight: 1, arbitrary: fc.tuple(several, path).map(([inside, to]) => `{ ${inside}\n} > ${to}`) },
  { weight: 1, arbitrary: fc.tuple(several, several).map(([condition, then]) => `if ${condition}\nthen ${then}\nfi`) },
  { weight: 1, arbitrary: several.map((inside) => `echo "$(${inside}\n)"`) },
  { weight: 1, arbitrary: several.map((inside) => `f() { ${inside}\n}\nf`) },
);

/** Commands that read and write shared files in many ways, some of them senseless. */
export const generatedCommand = fc
  .array(fc.tuple(grouped, joint), { minLength: 1, maxLength: 3 })
  .map((groups) => `D=~/.claude/skills; ${joined(groups)}`);
