import type { Flag, Place } from './words.ts';

const intro = `# fish completion for groundmist; made by \`groundmist completion fish\`
function __groundmist_at
    set -l words (string match --invert -- '-*' (commandline -opc)[2..-1])
    test "$words[1..$argv[1]]" = "$argv[2..-1]"; and test (count $words) -ge $argv[1]
end
function __groundmist_just_at
    set -l words (string match --invert -- '-*' (commandline -opc)[2..-1])
    test "$words" = "$argv"
end
complete -c groundmist -f`;

/** One \`complete\` line for each word and flag, with its summary. */
export function fishScript(places: readonly Place[]): string {
  return [intro, ...places.flatMap(describePlace)].join('\n');
}

function describePlace({ path, next, flags }: Place): readonly string[] {
  const words = next.map(
    ({ word, summary }) =>
      `complete -c groundmist -n '__groundmist_just_at ${path.join(' ')}' -a ${word} -d ${quote(summary)}`,
  );
  const at = path.length === 0 ? '__groundmist_just_at' : `__groundmist_at ${path.length} ${path.join(' ')}`;
  return [...words, ...flags.map((flag) => `complete -c groundmist -n '${at}' ${describeFlag(flag)}`)];
}

function describeFlag({ name, summary, value }: Flag): string {
  const takes = {
    none: '',
    file: ' -r -F',
    directory: " -x -a '(__fish_complete_directories)'",
    text: ' -x',
  };
  return `-l ${name.slice(2)}${takes[value]} -d ${quote(summary)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
