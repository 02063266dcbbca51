/** What people want to do, and the commands for it, by their first words, in the order of help and manual. */
const groups: readonly (readonly [title: string, words: readonly string[]])[] = [
  ['Set up', ['init', 'serve', 'publish', 'doctor', 'config', 'service']],
  ['Look', ['status', 'health', 'inspect']],
  ['Apps', ['app']],
  ['Keep safe', ['backup', 'verify', 'restore', 'import', 'export']],
];
const others = 'More';

/** What a command is called in other programs, and the one of ours that does it: only a hint, never run. */
export const otherNames: Readonly<Record<string, string>> = {
  add: 'import',
  allow: 'app approve',
  'app add': 'app pair',
  'app allow': 'app approve',
  'app ls': 'app list',
  'app remove': 'app revoke',
  'app rm': 'app revoke',
  apps: 'app list',
  'backup ls': 'backup list',
  'backup new': 'backup create',
  cat: 'inspect',
  check: 'doctor',
  configure: 'init',
  daemon: 'serve',
  dump: 'inspect',
  env: 'config',
  fsck: 'verify',
  install: 'service install',
  list: 'inspect',
  login: 'publish',
  logs: 'service show',
  ls: 'inspect',
  man: 'manual',
  new: 'init',
  pair: 'app pair',
  ps: 'status',
  rollback: 'restore',
  run: 'serve',
  server: 'serve',
  'service remove': 'service uninstall',
  'service restart': 'service install',
  'service start': 'service install',
  'service status': 'service show',
  settings: 'config',
  setup: 'init',
  show: 'inspect',
  snapshot: 'backup create',
  start: 'serve',
  systemd: 'service install',
  undo: 'restore',
  up: 'serve',
};

export interface CommandGroup<C> {
  readonly title: string;
  readonly commands: readonly C[];
}

/** Commands by what people do with them; those that nobody sorted stand last. */
export function groupCommands<C extends { readonly path: readonly string[] }>(
  commands: readonly C[],
): readonly CommandGroup<C>[] {
  const isOf = (words: readonly string[]) => (command: C) => words.includes(command.path[0] ?? '');
  const sorted = groups.map(([title, words]) => ({
    title,
    commands: words.flatMap((word) => commands.filter(isOf([word]))),
  }));
  const known = groups.flatMap(([, words]) => words);
  const rest = { title: others, commands: commands.filter((command) => !isOf(known)(command)) };
  return [...sorted, rest].filter((group) => group.commands.length > 0);
}

/** Our name of what `word` is elsewhere, where there is such a command. */
export function ourNameOf(word: string, names: readonly string[]): string | undefined {
  const name = Object.hasOwn(otherNames, word) ? otherNames[word] : undefined;
  return name !== undefined && names.includes(name) ? name : undefined;
}
