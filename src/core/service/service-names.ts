/** Whose systemd runs the server: the person's own, or the machine's. */
export type ServiceScope = 'user' | 'system';

export const unitName = 'groundmist.service';

/** Whom the machine's systemd runs it as. Where there is no such user it says so and starts nothing. */
export const serviceUser = 'groundmist';

/** Where the documents of the machine's service are, unless its settings say otherwise. */
export const machineDataDirectory = '/var/lib/groundmist';

export const systemUnitFolder = '/etc/systemd/system';

/** Where systemd looks for a person's own units, by their environment. */
export function userUnitFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return `${environment['XDG_CONFIG_HOME'] || `${environment['HOME'] ?? ''}/.config`}/systemd/user`;
}

/** Who is in it keeps their services running when they log out (`man 1 loginctl`). */
export const lingerFolder = '/var/lib/systemd/linger';

/** How the line begins that a server has for systemd while it cannot do all of its work. */
export const notReady = 'Not ready: ';
