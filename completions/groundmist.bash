# bash completion for groundmist; made by `groundmist completion bash`
_groundmist() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local place= word words index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    case "$place $word" in
      ' app') place='app' ;;
      ' init') place='init' ;;
      ' serve') place='serve' ;;
      ' publish') place='publish' ;;
      ' inspect') place='inspect' ;;
      ' restore') place='restore' ;;
      ' import') place='import' ;;
      ' export') place='export' ;;
      ' verify') place='verify' ;;
      'app list') place='app/list' ;;
      'app approve') place='app/approve' ;;
      'app deny') place='app/deny' ;;
      'app revoke') place='app/revoke' ;;
      'app pair') place='app/pair' ;;
      ' status') place='status' ;;
      ' config') place='config' ;;
      ' demo') place='demo' ;;
      ' completion') place='completion' ;;
    esac
  done
  case "$place $previous" in
    ' --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'app --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
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
    'inspect --find') COMPREPLY=(); return ;;
    'inspect --limit') COMPREPLY=(); return ;;
    'inspect --at') COMPREPLY=(); return ;;
    'inspect --in') COMPREPLY=(); return ;;
    'inspect --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'inspect --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'restore --at') COMPREPLY=(); return ;;
    'restore --in') COMPREPLY=(); return ;;
    'restore --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'restore --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'import --into') COMPREPLY=(); return ;;
    'import --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'import --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'export --format') COMPREPLY=(); return ;;
    'export --in') COMPREPLY=(); return ;;
    'export --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'export --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
    'verify --in') COMPREPLY=(); return ;;
    'verify --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'verify --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
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
    'status --data-dir') COMPREPLY=($(compgen -d -- "$current")); return ;;
    'status --env-file') COMPREPLY=($(compgen -f -- "$current")); return ;;
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
    '') words='init serve publish inspect restore import export verify app status config demo completion --env-file --quiet --verbose --help --version' ;;
    'app') words='list approve deny revoke pair --env-file --quiet --verbose --help' ;;
    'init') words='--handle --yes --dry-run --force --did --host --port --data-dir --env-file --quiet --verbose --help' ;;
    'serve') words='--did --port --data-dir --host --listen --env-file --quiet --verbose --help' ;;
    'publish') words='--dry-run --show --remove --skip-check --password-stdin --json --did --host --env-file --quiet --verbose --help' ;;
    'inspect') words='--dump --find --graph --dot --history --limit --at --diff --conflicts --raw --no-pager --json --in --data-dir --env-file --quiet --verbose --help' ;;
    'restore') words='--at --in --dry-run --json --data-dir --env-file --quiet --verbose --help' ;;
    'import') words='--into --dry-run --json --data-dir --env-file --quiet --verbose --help' ;;
    'export') words='--format --in --dry-run --json --data-dir --env-file --quiet --verbose --help' ;;
    'verify') words='--repair --dry-run --json --in --data-dir --env-file --quiet --verbose --help' ;;
    'app/list') words='--json --data-dir --env-file --quiet --verbose --help' ;;
    'app/approve') words='--read-only --remember --json --data-dir --env-file --quiet --verbose --help' ;;
    'app/deny') words='--json --data-dir --env-file --quiet --verbose --help' ;;
    'app/revoke') words='--json --data-dir --env-file --quiet --verbose --help' ;;
    'app/pair') words='--read-only --json --data-dir --env-file --quiet --verbose --help' ;;
    'status') words='--watch --json --data-dir --env-file --quiet --verbose --help' ;;
    'config') words='--json --did --port --data-dir --host --listen --env-file --quiet --verbose --help' ;;
    'demo') words='--exit --env-file --quiet --verbose --help' ;;
    'completion') words='bash zsh fish --env-file --quiet --verbose --help' ;;
    *) words= ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _groundmist groundmist
