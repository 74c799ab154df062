// Takes and gives back numbers of one folder, as often as the argument says. No other process may have the same number meanwhile.
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { takeNumber } from '../../../src/coordination/slots.js';

const [folder = '', marks = '', rounds = ''] = process.argv.slice(2);
for (let round = 0; round < Number(rounds); round++) {
  const taken = takeNumber(folder, { owner: 'nobody', isUsed: () => false });
  const mark = join(marks, String(taken.number));
  mkdirSync(mark);
  rmdirSync(mark);
  taken.giveBack();
}
