import { quote } from '../../system/text.js';
import { caseFunctions, type Completion, LIVE_KINDS, type Offer, prefixOf } from './completion.js';

/** Zsh code that completes these programs, if compinit has run. */
export function zshScript(completions: readonly Completion[]): string {
  return [ENGINE, ...completions.map(programFunctions)].join('');
}

const ENGINE = `__pclaude_complete() {
  local prefix="$1" level='' value='' word about i REPLY
  local -a offers
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if [[ -n "$value" ]]; then value=''; continue; fi
    "\${prefix}_value" "$level" "$word"
    value="$REPLY"
    if [[ -z "$value" ]] && "\${prefix}_below" "$level" "$word"; then level="$REPLY"; fi
  done
  if [[ -z "$value" && "\${words[CURRENT]}" == --*=* ]]; then
    "\${prefix}_value" "$level" "\${words[CURRENT]%%=*}"
    value="$REPLY"
    compset -P '*='
  elif [[ -z "$value" && "\${words[CURRENT]}" == -* ]]; then
    "\${prefix}_options" "$level"
    _describe -o option offers
    return
  elif [[ -z "$value" ]]; then
    "\${prefix}_commands" "$level"
    (( $#offers )) && _describe command offers
    "\${prefix}_rest" "$level"
    value="$REPLY"
  fi
  case "$value" in
    words\\ *) compadd -- \${=value#words } ;;
    ${LIVE_KINDS.join('|')})
      offers=()
      command pclaudectl complete-words "$value" 2> /dev/null | while IFS=$'\\t' read -r word about; do offers+=("\${word//:/\\\\:}:$about"); done
      (( $#offers )) && _describe "$value" offers
      (( compstate[nmatches] )) || _default ;;
    file) _files ;;
    folder) _files -/ ;;
    text) (( compstate[nmatches] )) || _default ;;
  esac
}
`;

function programFunctions(completion: Completion): string {
  const { program, levels } = completion;
  const prefix = prefixOf(completion);
  const offers = (name: string, of: (level: Completion['levels'][number]) => readonly Offer[]): string => {
    const arms = levels.map((level) => `    ${quote(level.path)}) offers=(${of(level).flatMap(described).join(' ')}) ;;\n`);
    return `${prefix}_${name}() {\n  case "$1" in\n${arms.join('')}  esac\n}\n`;
  };
  return [
    caseFunctions(completion),
    offers('options', ({ options }) => options),
    offers('commands', ({ commands }) => commands),
    `_${program}() { __pclaude_complete ${prefix}; }\n`,
    `(( $+functions[compdef] )) && compdef _${program} ${program}\n`,
  ].join('');
}

function described({ names, about }: Offer): string[] {
  return names.map((name) => quote(about === '' ? name : `${name}:${about}`));
}
