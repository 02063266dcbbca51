import type { CommandContext } from '../../feature.ts';
import { processUserId } from '../../platform/processes.ts';
import { currentUser, describeUser, userById, userByName, type User } from '../../platform/users.ts';
import { coreSettings } from '../../settings.ts';
import { lookAt } from './reaching.ts';
import { findServer } from './running-server.ts';
import { findUnit } from './units.ts';

const root = 0;

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
  const here = currentUser();
  if (here === undefined) return undefined;
  const server = await findServer(context);
  const running = server.kind === 'answers' ? processUserId(server.status.pid) : undefined;
  if (running !== undefined) return { user: userById(running), from: 'process' };
  const named = userByName(findUnit(context)?.user ?? '');
  if (named) return { user: named, from: 'unit' };
  const { dataDirectory } = context.configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const owner = lookAt(dataDirectory)?.uid;
  // What root has is more often of a command run with sudo than of a server that runs as root.
  const isLeftByRoot = owner === root && server.kind === 'none';
  if (owner === undefined || isLeftByRoot || owner === here.id) return { user: here, from: 'command' };
  return { user: userById(owner), from: 'directory' };
}

/** The beginning of a sentence, which a comma and `who` go on from. */
export function introduce({ user, from }: ServerUser): string {
  const who = describeUser(user);
  switch (from) {
    case 'process':
      return `The server runs as ${who}`;
    case 'unit':
      return `systemd starts the server as ${who}`;
    case 'directory':
      return `The data directory belongs to ${who}`;
    case 'command':
      return `You are ${who}`;
  }
}
