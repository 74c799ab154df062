import { quote } from '../../system/text.js';
import { caseFunctions, type Completion, LIVE_KINDS, prefixOf } from './completion.js';

/** Bash code that completes these programs. Works in bash 3.2 and later. */
export function bashScript(completions: readonly Completion[]): string {
  return [ENGINE, ...completions.map(programFunctions)].join('');
}

const ENGINE = `__pclaude_complete() {
  local prefix="$1" level='' value='' word offer about i REPLY IFS
  local current="\${COMP_WORDS[COMP_CWORD]}"
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    # Bash takes --option=value apart.
    if [ "$word" = '=' ]; then continue; fi
    if [ -n "$value" ]; then value=''; continue; fi
    "\${prefix}_value" "$level" "$word"
    value="$REPLY"
    if [ -z "$value" ] && "\${prefix}_below" "$level" "$word"; then level="$REPLY"; fi
  done
  if [ "$current" = '=' ]; then current=''; fi
  if [ -z "$value" ]; then
    case "$current" in
      -*) "\${prefix}_options" "$level"; value="words $REPLY" ;;
      *) "\${prefix}_rest" "$level"; value="$REPLY"; "\${prefix}_commands" "$level"; word="$REPLY" ;;
    esac
  else
    word=''
  fi
  COMPREPLY=()
  case "$value" in
    words\\ *) word="\${value#words }" ;;
    ${LIVE_KINDS.join('|')})
      # Not by compgen -W, which would run what stands in a name.
      while IFS=$'\\t' read -r offer about; do
        case "$offer" in "$current"*) COMPREPLY+=("$(printf %q "$offer")") ;; esac
      done < <(command pclaudectl complete-words "$value" 2> /dev/null) ;;
    file) IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current")) ;;
    folder) IFS=$'\\n'; COMPREPLY=($(compgen -d -- "$current")) ;;
  esac
  case "$value" in
    file|folder) compopt -o filenames 2> /dev/null; unset IFS ;;
  esac
  COMPREPLY+=($(compgen -W "$word" -- "$current"))
}
`;

function programFunctions(completion: Completion): string {
  const { program, levels } = completion;
  const prefix = prefixOf(completion);
  const names = (name: string, of: (level: Completion['levels'][number]) => readonly { readonly names: readonly string[] }[]): string => {
    const arms = levels.map(
      (level) =>
        `    ${quote(level.path)}) REPLY=${quote(
          of(level)
            .flatMap((offer) => offer.names)
            .join(' '),
        )} ;;\n`,
    );
    return `${prefix}_${name}() {\n  case "$1" in\n${arms.join('')}  esac\n}\n`;
  };
  return [
    caseFunctions(completion),
    names('options', ({ options }) => options),
    names('commands', ({ commands }) => commands),
    `_${program}() { __pclaude_complete ${prefix}; }\n`,
    `complete -o default -F _${program} ${program}\n`,
  ].join('');
}
