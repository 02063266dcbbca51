import { statSync } from 'node:fs';
import type { CommandContext } from '../../feature.ts';
import { processUserId } from '../../platform/processes.ts';
import { currentUser, userById, userByName, type User } from '../../platform/users.ts';
import { coreSettings } from '../../settings.ts';
import { findServer } from './running-server.ts';
import { findUnit } from './units.ts';

export interface ServerUser {
  readonly user: User;
  /** How that is known. */
  readonly from: 'process' | 'unit' | 'directory' | 'command';
}

/**
 * Whom the server runs as: what runs says it best, then the unit that starts it, then whose the data directory is; else
 * whoever types this will run it. Undefined on systems without users.
 */
export async function findServerUser(context: CommandContext): Promise<ServerUser | undefined> {
  const server = await findServer(context);
  const pid = server.kind === 'answers' ? server.status.pid : undefined;
  const running = pid === undefined ? undefined : processUserId(pid);
  if (running !== undefined) return { user: userById(running), from: 'process' };
  const named = userByName(findUnit(context)?.user ?? '');
  if (named) return { user: named, from: 'unit' };
  const { dataDirectory } = context.configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const owner = ownerOf(dataDirectory);
  if (owner !== undefined && currentUser() !== undefined) return { user: userById(owner), from: 'directory' };
  const user = currentUser();
  return user && { user, from: 'command' };
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}
