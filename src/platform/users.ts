import { readFileSync, type Stats } from 'node:fs';

export interface User {
  readonly id: number;
  readonly groupId: number | undefined;
  /** Undefined where this machine has no name for it. */
  readonly name: string | undefined;
}

/** Who this process acts as; undefined on systems without users. */
export function currentUser(): User | undefined {
  const id = process.geteuid?.();
  return id === undefined ? undefined : { ...userById(id), groupId: process.getegid?.() };
}

export function userById(id: number): User {
  return readUsers().find((user) => user.id === id) ?? { id, groupId: undefined, name: undefined };
}

export function userByName(name: string): User | undefined {
  return readUsers().find((user) => user.name === name);
}

/** As a person calls them: `alice`, or `user 1000`. */
export function describeUser({ id, name }: User): string {
  return name ?? `user ${id}`;
}

/** What `chown` takes: the user, and their group where that is known. */
export function ownerWord({ id, groupId, name }: User): string {
  if (name !== undefined) return `${name}:`;
  return groupId === undefined ? String(id) : `${id}:${groupId}`;
}

/** `man 5 passwd`; a machine may keep its users elsewhere, and then they have no names here. */
function readUsers(): readonly User[] {
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [name = '', , id = '', groupId = ''] = line.split(':');
    return /^\d+$/.test(id) && /^\d+$/.test(groupId)
      ? [{ id: Number(id), groupId: Number(groupId), name }]
      : [];
  });
}

const root = 0;
/** Read, write and enter, as the mode of a file has them for one class of users. */
export type Need = 4 | 2 | 1;

/** Whether the mode of a file lets a user do this. Of groups only the first is known, so a no may be too strict. */
export function isAllowed(
  { mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>,
  user: User,
  need: Need,
): boolean {
  if (user.id === root) return true;
  const shift = uid === user.id ? 6 : gid === user.groupId ? 3 : 0;
  return ((mode >> shift) & need) === need;
}
