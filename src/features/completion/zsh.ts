/** Works sourced and from fpath. */
export const zshScript = `#compdef groundmist
# zsh completion for groundmist; made by \`groundmist completion zsh\`
_groundmist() {
  local program=\${\${(Q)words[1]}/#\\~/$HOME} line word summary
  local -a lines offered
  (( $+commands[$program] )) || [[ -x $program ]] || program=groundmist
  lines=("\${(@f)$(printf '%s\\0' "\${(@Q)\${(@)words[2,CURRENT-1]}/#\\~\\//\${(q)HOME}/}" "\${(Q)PREFIX}" 2>/dev/null | command "$program" complete 2>/dev/null)}")
  case $lines[1] in
    file | directory)
      if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi
      if [[ $lines[1] == file ]]; then _files; else _files -/; fi
      ;;
    words)
      for line in "\${(@)lines[2,-1]}"; do
        word=\${line%%$'\\t'*} summary=\${line#*$'\\t'}
        offered+=("\${word//:/\\\\:}\${summary:+:$summary}")
      done
      _describe -t values groundmist offered
      ;;
  esac
}
if [[ "\${funcstack[1]}" == _groundmist ]]; then
  _groundmist "$@"
else
  compdef _groundmist groundmist
fi`;
