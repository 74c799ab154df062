import { type Mention, NOTHING } from '../paths/mention.js';
import { toArguments } from '../programs/operands.js';
import { isPattern, type Item, type Spelling, textOf, type Value } from '../words/piece.js';
import { targetOf } from '../paths/resolve.js';
import type { Scope } from './scope.js';
import { mentionOf, use, type User } from '../paths/uses.js';

/** The value of the variable of `for name in words`. */
export function listValue(scope: Scope, words: readonly Spelling[], user: User): Value {
  const around = { places: scope.places, cwd: user.shell.cwd };
  const items = toArguments(words).map(({ spelling, pieces }) => {
    const target = targetOf(pieces, around);
    // What a pattern stands for is read here, other words only where they are used.
    const found = isPattern(pieces) ? use(scope, { spelling, pieces }, 'list', user) : target.kind === 'shared' ? [mentionOf(scope, spelling, user)] : [];
    const mentions = target.kind === 'derived' ? target.from.map(({ mention }) => mention) : found;
    return { text: textOf(pieces), pieces, target, mentions };
  });
  const texts = items.flatMap(({ text, mentions }): Item[] => (text === undefined ? [] : [{ text, mention: mentions[0] }]));
  if (texts.length === items.length && texts.length > 0) return { kind: 'choice', items: texts };
  const mentions: Mention[] = items.flatMap((item) => item.mentions);
  const [only] = items;
  const [piece] = only?.pieces ?? [];
  // The words are what a command prints, or a variable holds.
  if (items.length === 1 && only?.pieces.length === 1 && piece?.value.kind === 'any') return piece.value;
  if (mentions.length > 0) return { kind: 'any', nature: 'unclear', flow: { mentions, paths: items.every(({ target }) => target.kind !== 'unknown'), murky: false } };
  const names = items.every(({ pieces }) => pieces.every(({ value }) => value.kind === 'glob' || (value.kind === 'text' && !value.text.includes('/'))));
  const nature = names ? 'name' : items.every(({ target }) => target.kind === 'elsewhere') ? 'elsewhere' : 'unclear';
  return { kind: 'any', nature, flow: NOTHING };
}
