// The scripts that teach a shell to complete: each asks `copyhold _complete` what could stand at
// the cursor and hands the answers to its shell.

/** Shells that can be taught. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

const BASH = `# Completion of copyhold for bash: source <(copyhold completion bash)
_copyhold() {
  local IFS=$'\\n'
  COMPREPLY=($(command copyhold _complete bash "$COMP_WORDBREAKS" \\
    "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
  # What ends in = is not finished: no space after it.
  if [[ \${#COMPREPLY[@]} -gt 0 && \${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace
  fi
}
complete -o default -F _copyhold copyhold
`

const ZSH = `#compdef copyhold
# Completion of copyhold for zsh: source <(copyhold completion zsh), after compinit.
_copyhold() {
  local -a finished open
  local line
  for line in "\${(@f)$(command copyhold _complete zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      *=:*|*=) open+=("$line") ;;
      *) finished+=("$line") ;;
    esac
  done
  if (( ! $#finished && ! $#open )); then
    _files
    return
  fi
  # What stands before = in the same word stays as it is.
  [[ $PREFIX == --*=* ]] && compset -P '*='
  (( $#finished )) && _describe -V copyhold finished
  (( $#open )) && _describe -V copyhold open -S ''
}
if [[ $funcstack[1] == _copyhold ]]; then
  _copyhold "$@"
else
  compdef _copyhold copyhold
fi
`

const FISH = `# Completion of copyhold for fish: copyhold completion fish | source
function __copyhold_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (command copyhold _complete fish $words[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c copyhold -f -k -a '(__copyhold_complete)'
`

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH }

/** The script of a shell. */
export const completionScript = (shell: Shell): string => SCRIPTS[shell]
