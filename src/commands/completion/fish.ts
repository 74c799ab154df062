import { quoteForFish as quote } from '../../system/text.js';
import { type Completion, type Level, LIVE_KINDS, type OptionOffer, optionValues, pathBelow, prefixOf, type Value } from './completion.js';

/** Fish code that completes these programs. */
export function fishScript(completions: readonly Completion[]): string {
  return [ENGINE, ...completions.map(programLines)].join('');
}

/** Tests whether the command line is at a level. */
const ENGINE = `function __pclaude_at
    set -l level ''
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if $argv[1]_takes "$level $word"
            set skip 1
        else
            set -l below ($argv[1]_below "$level $word")
            and set level $below
        end
    end
    test "$level" = "$argv[2]"
end
`;

function programLines(completion: Completion): string {
  const { program, levels } = completion;
  const prefix = prefixOf(completion);
  const taking = levels.flatMap((level) => optionValues(level).map(([name]) => quote(`${level.path} ${name}`)));
  const below = levels.flatMap(({ path, commands }) =>
    commands.map(
      ({ names }) =>
        `        case ${names.map((name) => quote(`${path} ${name}`)).join(' ')}\n            echo ${quote(pathBelow(path, names))}\n`,
    ),
  );
  return [
    `function ${prefix}_takes\n    contains -- $argv[1] ${taking.join(' ')}\nend\n`,
    `function ${prefix}_below\n    switch $argv[1]\n${below.join('')}        case '*'\n            return 1\n    end\nend\n`,
    `complete -c ${program} -e\n`,
    ...levels.flatMap((level) => levelLines(`complete -c ${program} -n ${quote(`__pclaude_at ${prefix} ${quote(level.path)}`)}`, level)),
  ].join('');
}

function levelLines(complete: string, { options, commands, rest }: Level): string[] {
  const words = commands.flatMap(({ names, about }) => names.map((name) => `${complete} -a ${name}${described(about)}\n`));
  return [
    ...(rest.kind === 'text' ? [] : [`${complete}${argument(rest)}\n`]),
    ...words,
    ...options.map((option) => `${complete}${optionWords(option)}\n`),
  ];
}

function optionWords({ names, about, value }: OptionOffer): string {
  const spelled = names.map((name) => (name.startsWith('--') ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`));
  return `${spelled.join('')}${value.kind === 'nothing' ? '' : ` -r${argument(value)}`}${described(about)}`;
}

/** -f offers no files and -F offers them, regardless of other rules. */
function argument(value: Value): string {
  if (value.kind === 'file') return ' -F';
  if (value.kind === 'folder') return ` -f -a ${quote('(__fish_complete_directories)')}`;
  if (value.kind === 'words') return ` -f -a ${quote(value.words.join(' '))}`;
  const live = LIVE_KINDS.find((kind) => kind === value.kind);
  return live === undefined ? ' -f' : ` -f -a ${quote(`(command pclaudectl complete-words ${live} 2> /dev/null)`)}`;
}

function described(about: string): string {
  return about === '' ? '' : ` -d ${quote(about)}`;
}
