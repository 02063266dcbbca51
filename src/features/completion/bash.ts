/** For bash 3.2 and later; it needs no bash-completion. Bash breaks words at = and :, which stand inside of ours. */
export const bashScript = `# bash completion for groundmist; made by \`groundmist completion bash\`
_groundmist() {
  local program current piece glued word line kind='' isOpen='' index last=0
  local -a words
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if ((last > 0)) && [[ -n $isOpen || $word =~ ^[=:]+$ ]]; then
      words[last]+=$word
    else
      words[++last]=$word
    fi
    if [[ $word =~ ^[=:]+$ ]]; then isOpen=yes; else isOpen=; fi
  done
  current=\${words[last]} piece=\${COMP_WORDS[COMP_CWORD]}
  if [[ $piece =~ ^[=:]+$ ]]; then piece=; fi
  glued=\${current%"$piece"}
  program=$(type -P -- "\${COMP_WORDS[0]/#\\~/$HOME}") || program=groundmist
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; continue; fi
    word=\${line%%$'\\t'*}
    if [[ $word == "$current"* ]]; then COMPREPLY+=("\${word#"$glued"}"); fi
  done < <(printf '%s\\0' "\${words[@]}" | "$program" complete 2>/dev/null)
  case $kind in
    file) kind=f ;;
    directory) kind=d ;;
    *) return ;;
  esac
  compopt -o filenames 2>/dev/null
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "-$kind" -- "$piece")
}
complete -F _groundmist groundmist`;
