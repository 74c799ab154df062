import { expect, test } from 'vitest';
import { countSections, keptOf, type Section, surplusOf } from '../../../scripts/stress/sections.js';

const section = (n: number): Section => ({ title: `Topic ${n}`, text: `## Topic ${n}\n\nFound by ${n}.\n\n` });
const [one, two, three] = [section(1), section(2), section(3)];
const HEAD = '# Notes\n\n';
const PLACES = '## Place 1\n\nKnown before.\n\n## Place 2\n';
const original = HEAD + PLACES;

/** Counts three sections in a file whose text was `original`. */
function counted(text: string): { kept: number; surplus: number; isIntact: boolean } {
  const { sections, isIntact } = countSections(text, original, [one, two, three]);
  return { kept: keptOf(sections), surplus: surplusOf(sections), isIntact };
}

const cases: readonly (readonly [what: string, text: string, expected: ReturnType<typeof counted>])[] = [
  ['each section once, in any order', HEAD + two.text + one.text + PLACES + three.text, { kept: 3, surplus: 0, isIntact: true }],
  ['a section that is missing', HEAD + two.text + PLACES + three.text, { kept: 2, surplus: 0, isIntact: true }],
  ['no section', original, { kept: 0, surplus: 0, isIntact: true }],
  [
    'copies that follow each other',
    HEAD + one.text + two.text + two.text + two.text + three.text + PLACES,
    { kept: 3, surplus: 2, isIntact: true },
  ],
  ['copies around another section', HEAD + two.text + one.text + two.text + three.text + PLACES, { kept: 3, surplus: 1, isIntact: true }],
  [
    'a heading that is there twice',
    HEAD + one.text + two.text + three.text + '## Topic 3\n' + PLACES,
    { kept: 3, surplus: 1, isIntact: false },
  ],
  [
    'a section in the middle of another',
    HEAD + one.text + `## Topic 2\n\n${three.text}Found by 2.\n\n` + PLACES,
    { kept: 2, surplus: 0, isIntact: false },
  ],
  [
    'a section that does not begin a line',
    HEAD + one.text + two.text + PLACES + `and ${three.text}`,
    { kept: 2, surplus: 0, isIntact: false },
  ],
  [
    'an old line that is missing',
    HEAD + one.text + two.text + three.text + PLACES.replace('Known before.\n', ''),
    { kept: 3, surplus: 0, isIntact: false },
  ],
  [
    'an old line that is there twice',
    HEAD + one.text + two.text + three.text + PLACES + '## Place 2\n',
    { kept: 3, surplus: 0, isIntact: false },
  ],
  [
    'old lines in another order',
    HEAD + one.text + two.text + three.text + '## Place 2\n\nKnown before.\n\n## Place 1\n',
    { kept: 3, surplus: 0, isIntact: false },
  ],
  ['markers of a conflict', HEAD + one.text + two.text + three.text + '<<<<<<< ours\n' + PLACES, { kept: 3, surplus: 0, isIntact: false }],
  ['an empty file', '', { kept: 0, surplus: 0, isIntact: false }],
];

test.each(cases)('counts %s', (_, text, expected) => {
  expect(counted(text)).toEqual(expected);
});

test('a title that is the beginning of another one does not count as its copy', () => {
  const { sections } = countSections(section(11).text + section(12).text, '', [section(1), section(11), section(12)]);
  expect(sections.map(({ copies }) => copies)).toEqual([0, 1, 1]);
});
