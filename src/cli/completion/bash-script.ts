/**
 * Completion for bash. The library's own script runs `eval` on the typed line: a key press would write to the file after
 * `>`. It also requires the package bash-completion. This one speaks the same protocol, and works in bash 3.2.
 */
export const BASH_SCRIPT = `# bash completion for mcp-keycloak

_mcp_keycloak() {
  local line="\${COMP_LINE:0:COMP_POINT}" word before='' output item
  local -a words
  COMPREPLY=()
  read -r -a words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  word="\${words[\${#words[@]} - 1]}"
  output="$(mcp-keycloak complete -- "\${words[@]:1}" 2>/dev/null)" || return 0
  [[ $output == *:4 ]] && compopt +o default 2>/dev/null
  [[ $word == --*=* ]] && word="\${word#*=}"
  [[ $COMP_WORDBREAKS == *:* && $word == *:* ]] && before="\${word%:*}:"
  while IFS=$'\\t' read -r item _; do
    [[ $item == "$word"* && $item != '' && $item != :* ]] || continue
    printf -v item %q "\${item#"$before"}"
    COMPREPLY+=("$item")
  done <<<"$output"
}

complete -o default -F _mcp_keycloak mcp-keycloak
`
