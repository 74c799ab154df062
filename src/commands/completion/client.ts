import listed from '../../../templates/client/completions.json' with { type: 'json' };
import table from '../../../templates/client/arguments.json' with { type: 'json' };
import { type Completion, type Level, NOTHING, type OptionOffer, type Value } from './completion.js';

interface ListedOption {
  readonly names: readonly string[];
  readonly about: string;
  readonly takes?: string;
  readonly values?: readonly string[];
}

/** The completion of `pclaude`: the client's options and commands. Prompts are not completed. */
export function clientCompletion(): Completion {
  const options = listed.options.map(
    (option: ListedOption): OptionOffer => ({ names: option.names, about: option.about, value: valueOf(option) }),
  );
  const known = new Set(options.flatMap(({ names }) => names));
  const unlisted = [...table.takesOne, ...table.takesMany].filter((name) => !known.has(name));
  const top: Level = {
    path: '',
    options,
    unlisted,
    commands: listed.commands.map(({ names, about }) => ({ names, about })),
    rest: { kind: 'text' },
  };
  const below = listed.commands.map(
    ({ names: [path = ''], words = [] }): Level => ({
      path,
      options: [],
      unlisted: [],
      commands: words.map((word) => ({ names: [word], about: '' })),
      rest: { kind: 'text' },
    }),
  );
  return { program: 'pclaude', levels: [top, ...below] };
}

function valueOf({ takes, values }: ListedOption): Value {
  if (values) return { kind: 'words', words: values };
  return takes === 'file' || takes === 'folder' || takes === 'text' ? { kind: takes } : NOTHING;
}
