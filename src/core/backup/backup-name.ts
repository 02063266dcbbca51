/** What the name of a backup says of it. */
export interface BackupName {
  /** When it was begun, in milliseconds since 1970, whole seconds. */
  readonly at: number;
  /** Made by a server on its schedule, which may delete it again. */
  readonly isScheduled: boolean;
  readonly isEncrypted: boolean;
}

const form = /^groundmist-(scheduled-)?(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar\.zst(\.age)?$/;

/** `groundmist-20261128T190229Z.tar.zst`, with `.age` behind it where it is encrypted. */
export function backupFileName({ at, isScheduled, isEncrypted }: BackupName): string {
  const time = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `groundmist-${isScheduled ? 'scheduled-' : ''}${time}.tar.zst${isEncrypted ? '.age' : ''}`;
}

/** Undefined where groundmist gives no such name. */
export function parseBackupName(name: string): BackupName | undefined {
  const match = form.exec(name);
  if (!match) return undefined;
  const [, scheduled, year, month, day, hour, minute, second, age] = match;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(at)) return undefined;
  return { at, isScheduled: scheduled !== undefined, isEncrypted: age !== undefined };
}
