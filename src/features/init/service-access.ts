import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Plan } from './plan.ts';
import { serviceUser } from './unit.ts';

const othersMayEnter = 0o001;

/**
 * What keeps the machine's service from its files, as a sentence: it runs as a user of its own, and a home is often closed
 * to all others. Undefined where nothing does, or where no such service is planned.
 */
export function describeClosed(plan: Plan, program: string): string | undefined {
  if (plan.unit?.scope !== 'system') return undefined;
  const closed = [program, plan.envFile.path, plan.dataDirectory].flatMap((path) => {
    const folder = findClosed(dirname(path));
    return folder === undefined ? [] : [`${path}: ${folder} is closed to it`];
  });
  if (closed.length === 0) return undefined;
  return (
    `The service runs as the user ${serviceUser}, who cannot get to ${closed.join(', nor to ')}. ` +
    'Put them where others may enter, as in /usr/local/bin, /etc/groundmist and /var/lib/groundmist, or take --unit user.'
  );
}

/** The first folder on the way up that only its owner may enter. A folder that is missing will be made as it must be. */
function findClosed(folder: string): string | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat !== undefined && (stat.mode & othersMayEnter) === 0) return folder;
  return dirname(folder) === folder ? undefined : findClosed(dirname(folder));
}
