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
  return cure.split('\n').every((line) => programs.has(line.split(' ')[0] ?? '') && !/[.,;:]$/.test(line));
}
