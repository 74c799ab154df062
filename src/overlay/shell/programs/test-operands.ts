import type { Argument, Operand } from './operands.js';
import { textOf } from '../words/piece.js';

const ON_FILES = /^-[abcdefghkprstuwxGLNOS]$/;
const ON_TWO_FILES = /^-(?:nt|ot|ef)$/;

/** Which words of `test` or `[` name files. */
export function testOperands(args: readonly Argument[]): Operand[] {
  const texts = args.map(({ pieces }) => textOf(pieces));
  return args.map((arg, index): Operand => {
    const before = texts[index - 1] ?? '';
    const behind = texts[index + 1] ?? '';
    // `-a` may also mean "and".
    const isFile = ON_FILES.test(before) || ON_TWO_FILES.test(before) || ON_TWO_FILES.test(behind);
    return { ...arg, role: isFile && !(texts[index] ?? '').startsWith('-') ? 'look' : 'text' };
  });
}

/** Whether an operator of `[[` is about files. */
export function isFileTest(operator: string): boolean {
  return ON_FILES.test(operator) || ON_TWO_FILES.test(operator);
}
