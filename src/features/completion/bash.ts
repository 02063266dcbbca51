import type { Flag, Place } from './words.ts';

const intro = `# bash completion for groundmist; made by \`groundmist completion bash\`
_groundmist() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local place= word words index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case "$place $word" in`;

const middle = `    esac
  done
  case "$place $previous" in`;

const ending = `  esac
  case "$place" in`;

const outro = `    *) words= ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _groundmist groundmist`;

/** Walks the words to find the place, then offers what may follow there; works in bash 3.2 and needs no bash-completion. */
export function bashScript(places: readonly Place[]): string {
  const steps = places
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `      '${pathText(path.slice(0, -1))} ${path.at(-1)}') place='${pathText(path)}' ;;`);
  const values = places.flatMap((place) => place.flags.flatMap((flag) => valueCase(place, flag)));
  const words = places.map(
    ({ path, next, flags }) =>
      `    '${pathText(path)}') words='${[...next.map(({ word }) => word), ...flags.map(({ name }) => name)].join(' ')}' ;;`,
  );
  return [intro, ...steps, middle, ...values, ending, ...words, outro].join('\n');
}

/** The words of a place joined so that no word can be mistaken for two. */
function pathText(path: readonly string[]): string {
  return path.join('/');
}

function valueCase({ path }: Place, { name, value }: Flag): readonly string[] {
  const pattern = `    '${pathText(path)} ${name}')`;
  switch (value) {
    case 'none':
      return [];
    case 'file':
      return [`${pattern} ${generate('f')}`];
    case 'directory':
      return [`${pattern} ${generate('d')}`];
    case 'text':
      return [`${pattern} COMPREPLY=(); return ;;`];
  }
}

function generate(kind: 'd' | 'f'): string {
  return `COMPREPLY=($(compgen -${kind} -- "$current")); return ;;`;
}
