/** What the commands begin with that a cure may be; anything else is words. */
const programs: ReadonlySet<string> = new Set([
  'chmod',
  'chown',
  'du',
  'fuser',
  'groundmist',
  'install',
  'loginctl',
  'ls',
  'mkdir',
  'mv',
  'rmdir',
  'runuser',
  'sudo',
  'systemctl',
  'timedatectl',
  'unset',
]);

/** Whether a cure is one command a line, to be typed as it stands. */
export function isCommand(cure: string): boolean {
  return cure.split('\n').every((line) => {
    const words = line.split(' ');
    // A sentence ends with a word and a point; a path, which may end so too, has a slash in it.
    const isSentence = /[.,;:]$/.test(line) && !/[/']/.test(words.at(-1) ?? '');
    return programs.has(words[0] ?? '') && !isSentence;
  });
}

/** What the sentences of a server name for an owner to type: whatever else stands there is not offered, for who speaks may be no server. */
const ofServer =
  /`(groundmist (?:verify(?: --repair)?(?: [a-zA-Z][a-zA-Z0-9.-]+)?|app list|import|status|publish(?: --show)?|init))`/;

export function commandIn(sentence: string): string | undefined {
  return ofServer.exec(sentence)?.[1];
}
