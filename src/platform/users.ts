import { readFileSync, type Stats } from 'node:fs';

export interface User {
  readonly id: number;
  readonly groupId: number | undefined;
  /** All that are known; the first among them. */
  readonly groupIds: readonly number[];
  /** Undefined where this machine has no name for it. */
  readonly name: string | undefined;
}

/** Who this process acts as; undefined on systems without users. */
export function currentUser(): User | undefined {
  const id = process.geteuid?.();
  if (id === undefined) return undefined;
  const groupId = process.getegid?.();
  return { ...userById(id), groupId, groupIds: [groupId ?? [], process.getgroups?.() ?? []].flat() };
}

export function userById(id: number): User {
  return (
    readUsers().find((user) => user.id === id) ?? { id, groupId: undefined, groupIds: [], name: undefined }
  );
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
  const members = readGroups();
  return readRows('/etc/passwd').flatMap(([name = '', , id = '', groupId = '']) => {
    if (!isNumber(id) || !isNumber(groupId)) return [];
    const others = members.filter((group) => group.names.includes(name)).map((group) => group.id);
    return [{ id: Number(id), groupId: Number(groupId), groupIds: [Number(groupId), ...others], name }];
  });
}

/** `man 5 group` */
function readGroups(): readonly { readonly id: number; readonly names: readonly string[] }[] {
  return readRows('/etc/group').flatMap(([, , id = '', names = '']) =>
    isNumber(id) ? [{ id: Number(id), names: names.split(',') }] : [],
  );
}

function readRows(path: string): readonly (readonly string[])[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.map((line) => line.split(':'));
  } catch {
    return [];
  }
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

const root = 0;
/** Read, write and enter, as the mode of a file has them for one class of users. */
export type Need = 4 | 2 | 1;

/** Whether the mode of a file lets a user do this. Lists of access beyond the mode are not known here. */
export function isAllowed(
  { mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>,
  user: User,
  need: Need,
): boolean {
  if (user.id === root) return true;
  const shift = uid === user.id ? 6 : user.groupIds.includes(gid) ? 3 : 0;
  return ((mode >> shift) & need) === need;
}
