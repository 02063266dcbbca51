import { resolve } from 'node:path';
import { shellWord } from '../../platform/shell-word.ts';
import { currentUser, userById } from '../../platform/users.ts';
import { isHidden, lookAt, mayUse } from './reaching.ts';

const root = 0;

/** The same question as the user who may read the file; undefined where this user may. */
export function openedByOwner(file: string): string | undefined {
  const path = resolve(file);
  const here = currentUser();
  if (here === undefined || !(isHidden(path) || (lookAt(path) !== undefined && !mayUse(path, here, 4))))
    return undefined;
  const owner = lookAt(path)?.uid;
  const user = owner === undefined || owner === root ? undefined : userById(owner);
  const as = user === undefined ? '' : `-u ${user.name ?? `'#${user.id}'`} `;
  return `sudo ${as}groundmist doctor --env-file ${shellWord(path)}`;
}
