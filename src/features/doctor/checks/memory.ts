import { formatBytes } from '../../../platform/format.ts';
import { memoryRoom, type MemoryRoom } from '../../../platform/memory-room.ts';
import { coreSettings } from '../../../settings.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';
import { findServer } from '../running-server.ts';

const name = 'memory';
const { ok, unchecked, warning } = findingsOf(name);

/** A large document takes that much for the moment in which it is opened. */
const littleBytes = 200_000_000;

/** Whether there is memory left for a large document. */
export const memory: Check = {
  name,
  needs: { dataDirectory: coreSettings.dataDirectory },
  async find(context) {
    const server = await findServer(context);
    const room = memoryRoom(server.kind === 'answers' ? server.status.pid : 'self');
    return [room === undefined ? unchecked('Only Linux tells how much memory is free.') : judge(room)];
  },
};

export function judge({ availableBytes, swapBytes, isOwnLimit }: MemoryRoom): Finding {
  const swap = swapBytes > 0 ? `, and ${formatBytes(swapBytes)} of swap` : '';
  const whose = isOwnLimit ? ' of what its container or unit may have' : '';
  const words = `${formatBytes(availableBytes)} of memory are free${whose}${swap}`;
  if (availableBytes + swapBytes >= littleBytes) return ok(`${words}.`);
  return warning(
    `Only ${words}: when a large document is opened the system may end the server, or what opens it.`,
    isOwnLimit
      ? 'Raise its limit: MemoryMax= of the unit, or --memory of the container.'
      : 'End what else needs memory on this machine (`ps aux --sort=-rss | head` shows it), or give it swap.',
  );
}
