# bash completion for groundmist; made by `groundmist completion bash`
_groundmist() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local place= word words index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    case "$place $word" in
      ' app') place='app' ;;
      ' backup') place='backup' ;;
      ' init') place='init' ;;
      ' serve') place='serve' ;;
      ' publish') place='publish' ;;
      ' inspect') place='inspect' ;;
      'backup create') place='backup/create' ;;
      'backup list') place='backup/list' ;;
      'backup verify') place='backup/verify' ;;
      'backup restore') place='backup/restore' ;;
      'app list') place='app/list' ;;
      'app approve') place='app/approve' ;;
      'app deny') place='app/deny' ;;
      'app revoke') place='app/revoke' ;;
      'app pair') place='app/pair' ;;
      ' config') place='config' ;;
      ' demo') place='demo' ;;
      ' completion') place='completion' ;;
    esac
  done
  case "$place $previous" in
    ' --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'app --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'backup --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'init --handle') COMPREPLY=(); return ;;
    'init --did') COMPREPLY=(); return ;;
    'init --host') COMPREPLY=(); return ;;
    'init --port') COMPREPLY=(); return ;;
    'init --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'init --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'serve --did') COMPREPLY=(); return ;;
    'serve --port') COMPREPLY=(); return ;;
    'serve --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'serve --host') COMPREPLY=(); return ;;
    'serve --listen') COMPREPLY=(); return ;;
    'serve --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'publish --did') COMPREPLY=(); return ;;
    'publish --host') COMPREPLY=(); return ;;
    'publish --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'inspect --in') COMPREPLY=(); return ;;
    'inspect --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'inspect --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'backup/create --to') COMPREPLY=(); return ;;
    'backup/create --recipient') COMPREPLY=(); return ;;
    'backup/create --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'backup/create --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'backup/list --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'backup/verify --identity') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'backup/verify --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'backup/restore --identity') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'backup/restore --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'backup/restore --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'app/list --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'app/list --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'app/approve --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'app/approve --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'app/deny --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'app/deny --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'app/revoke --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'app/revoke --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'app/pair --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'app/pair --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'config --did') COMPREPLY=(); return ;;
    'config --port') COMPREPLY=(); return ;;
    'config --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'config --host') COMPREPLY=(); return ;;
    'config --listen') COMPREPLY=(); return ;;
    'config --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'demo --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'completion --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$place" in
    '') words='init serve publish inspect backup app config demo completion --env-file --quiet --verbose --help --version' ;;
    'app') words='list approve deny revoke pair --env-file --quiet --verbose --help' ;;
    'backup') words='create list verify restore --env-file --quiet --verbose --help' ;;
    'init') words='--handle --yes --dry-run --force --did --host --port --data-dir --env-file --quiet --verbose --help' ;;
    'serve') words='--did --port --data-dir --host --listen --env-file --quiet --verbose --help' ;;
    'publish') words='--dry-run --show --remove --skip-check --password-stdin --json --did --host --env-file --quiet --verbose --help' ;;
    'inspect') words='--dump --json --in --data-dir --env-file --quiet --verbose --help' ;;
    'backup/create') words='--to --recipient --passphrase --passphrase-stdin --plain --json --data-dir --env-file --quiet --verbose --help' ;;
    'backup/list') words='--json --env-file --quiet --verbose --help' ;;
    'backup/verify') words='--identity --passphrase-stdin --json --env-file --quiet --verbose --help' ;;
    'backup/restore') words='--force --dry-run --identity --passphrase-stdin --json --data-dir --env-file --quiet --verbose --help' ;;
    'app/list') words='--json --data-dir --env-file --quiet --verbose --help' ;;
    'app/approve') words='--read-only --remember --json --data-dir --env-file --quiet --verbose --help' ;;
    'app/deny') words='--json --data-dir --env-file --quiet --verbose --help' ;;
    'app/revoke') words='--json --data-dir --env-file --quiet --verbose --help' ;;
    'app/pair') words='--read-only --json --data-dir --env-file --quiet --verbose --help' ;;
    'config') words='--json --did --port --data-dir --host --listen --env-file --quiet --verbose --help' ;;
    'demo') words='--exit --env-file --quiet --verbose --help' ;;
    'completion') words='bash zsh fish --env-file --quiet --verbose --help' ;;
    *) words= ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _groundmist groundmist
