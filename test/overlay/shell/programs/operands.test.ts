import { expect, test } from 'vitest';
import { readOperands } from '../../../../src/overlay/shell/programs/operands.js';
import { programRow } from '../../../../src/overlay/shell/programs/table.js';
import { type Piece, textOf } from '../../../../src/overlay/shell/words/piece.js';

/** What is done with each word, but for mere text. */
function rolesOf(command: string): string {
  const [name = '', ...words] = command.split(' ');
  const row = programRow(name);
  if (row === undefined) throw new Error(name);
  const args = words.map((word) => {
    const text = word === "''" ? '' : word;
    const pieces: Piece[] = [{ value: { kind: 'text', text }, start: 0, end: text.length, quoting: 'bare', exact: true }];
    return { spelling: { pieces, start: 0, end: text.length, before: 'bare' as const }, pieces };
  });
  const { operands, backup } = readOperands(row, args);
  const roles = operands.filter(({ role }) => role !== 'text').map(({ role, pieces }) => `${role} ${textOf(pieces) ?? ''}`);
  return [...roles, ...(backup === '' ? [] : [`kept ${backup}`])].join(', ');
}

test.each([
  ['rm -f a b', 'entry a, entry b'],
  ['rm -rf a', 'tree a'],
  ['rm -- -a', 'entry -a'],
  ['cp -r a b c', 'read a, read b, destination c'],
  ['cp -t c a b', 'destination c, read a, read b'],
  ['cp --target-directory=c a', 'destination c, read a'],
  ['cp -l a b', 'never a, never b'],
  ['mv a b', 'tree a, destination b'],
  ['ln -s a b', 'link b'],
  ['ln a b', 'never a, never b'],
  ['sed s/a/b/ f', 'read f'],
  ['sed -i s/a/b/ f g', 'file f, file g'],
  ['sed -i.bak -e s/a/b/ f', 'file f, kept .bak'],
  ['sed -ni.bak p f', 'file f, kept .bak'],
  ["sed -i '' s/a/b/ f", 'file f'],
  ['sed --in-place=.orig -f script f', 'read script, file f, kept .orig'],
  ['sed -n -e p f', 'read f'],
  ['perl -pi -e s/a/b/ f', 'code s/a/b/, file f'],
  ['perl -i.bak -pe s/a/b/ f', 'code s/a/b/, file f, kept .bak'],
  ['perl -0777 -pe s/a/b/ f', 'code s/a/b/, read f'],
  ['perl script a', 'run script, read a'],
  ['awk {print} f', 'code {print}, read f'],
  ['awk -F, -v x=1 {print} f', 'code {print}, read f'],
  ['dd if=a of=b bs=1', 'read a, file b'],
  ['tee -a f', 'file f'],
  ['install -d a b', 'make a, make b'],
  ['install -m 755 a b', 'read a, destination b'],
  ['grep -rn pattern dir', 'read dir'],
  ['grep -e p -f list f', 'read list, read f'],
  ['grep --include=*.md p d', 'read d'],
  ['jq --arg a b .x f', 'read b, read f'],
  ['sort -o f f', 'file f, read f'],
  ['sort -t, -k2 f', 'read f'],
  ['curl -fsSLo f url', 'file f'],
  ['head -5 f', 'read f'],
  ['cat - f', 'read f'],
  ['bash -c text a', 'code text, read a'],
  ['bash script a', 'run script, read a'],
  ['patch -p1 -d dir', 'tree dir'],
  ['chmod +x f', 'look f'],
  ['sort --unheard=1 f', 'read f'],
  ['sort --unheard=/a f', 'read /a, read f'],
])('%s: %s', (command, roles) => {
  expect(rolesOf(command)).toBe(roles);
});
