# bash completion for groundmist; made by `groundmist completion bash`
_groundmist() {
  local program current piece bare glued word line quotes='["'\''\\]' kind='' isOpen='' index last=0
  local -a words
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]/#\~\//$HOME/}
    word=${word//$quotes/}
    if ((last > 0)) && [[ -n $isOpen || $word =~ ^[=:]+$ ]]; then
      words[last]+=$word
    else
      words[++last]=$word
    fi
    if [[ $word =~ ^[=:]+$ ]]; then isOpen=yes; else isOpen=; fi
  done
  piece=${COMP_WORDS[COMP_CWORD]}
  if [[ $piece =~ ^[=:]+$ ]]; then piece=; fi
  current=${words[last]} bare=${piece//$quotes/}
  glued=${current%"$bare"}
  program=$(type -P -- "${COMP_WORDS[0]/#\~/$HOME}") || program=groundmist
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; continue; fi
    word=${line%%$'\t'*}
    if [[ $word == "$current"* ]]; then COMPREPLY+=("${word#"$glued"}"); fi
  done < <(printf '%s\0' "${words[@]}" 2>/dev/null | "$program" complete 2>/dev/null)
  case ${COMP_WORDS[COMP_CWORD - 1]} in
    *'>' | *'>|' | *'<') COMPREPLY=() kind=file ;;
  esac
  case $kind in
    file) kind=f ;;
    directory) kind=d ;;
    *) return ;;
  esac
  compopt -o filenames 2>/dev/null
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "-$kind" -- "$piece")
}
complete -F _groundmist groundmist
