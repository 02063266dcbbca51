import type { Flag, Place } from './words.ts';

const intro = `#compdef groundmist
# zsh completion for groundmist; made by \`groundmist completion zsh\`
_groundmist() {
  local place= word
  local -a words_next flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in`;

const middle = `    esac
  done
  case "$place" in`;

const outro = `  esac
  if (( \${#words_next} )) && [[ "\${words[CURRENT]}" != -* ]]; then
    _describe -t commands 'groundmist command' words_next
  else
    _arguments -S "\${flags[@]}" '*: :'
  fi
}
if [[ "\${funcstack[1]}" == _groundmist ]]; then
  _groundmist "$@"
else
  compdef _groundmist groundmist
fi`;

/** Walks the words to find the place, then describes what may follow; works sourced and from fpath. */
export function zshScript(places: readonly Place[]): string {
  const steps = places
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `      '${path.slice(0, -1).join('/')} ${path.at(-1)}') place='${path.join('/')}' ;;`);
  return [intro, ...steps, middle, ...places.map(describePlace), outro].join('\n');
}

function describePlace({ path, next, flags }: Place): string {
  const words = next.map(({ word, summary }) => quote(`${word}:${summary.replaceAll(':', '\\:')}`));
  return [
    `    '${path.join('/')}')`,
    `      words_next=(${words.join(' ')})`,
    `      flags=(${flags.map(describeFlag).join(' ')}) ;;`,
  ].join('\n');
}

function describeFlag({ name, summary, value }: Flag): string {
  const takes = { none: '', file: ':file:_files', directory: ':directory:_files -/', text: ':value: ' };
  return quote(`${name}[${summary.replaceAll(/[[\]:\\]/g, '\\$&')}]${takes[value]}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
