import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { serviceUser } from './service-names.ts';

const othersMayEnter = 0o001;

/**
 * What keeps the machine's service from its files, as a sentence: it runs as a user of its own, and a home is often closed
 * to all others. Undefined where nothing does.
 */
export function describeClosed(paths: readonly string[]): string | undefined {
  const closed = paths.flatMap((path) => {
    const folder = findClosed(dirname(path));
    return folder === undefined ? [] : [`${path}: ${folder} is closed to it`];
  });
  if (closed.length === 0) return undefined;
  return (
    `The service of the machine runs as the user ${serviceUser}, who cannot get to ${closed.join(', nor to ')}. ` +
    'Put them where others may enter, as in /usr/local/bin, /etc/groundmist and /var/lib/groundmist, or make it your own service.'
  );
}

/** The first folder on the way up that only its owner may enter. A folder that is missing will be made as it must be. */
function findClosed(folder: string): string | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat !== undefined && (stat.mode & othersMayEnter) === 0) return folder;
  return dirname(folder) === folder ? undefined : findClosed(dirname(folder));
}
