import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { unescapeOctal } from './mounts.ts';

/**
 * The folder of `/etc/fstab` that an absolute path lies in and that no disk is mounted on now: what is written there goes to
 * another disk, and is hidden when this one comes. Undefined where none is away.
 */
export function findAwayDisk(path: string, table = readTable()): string | undefined {
  return mountPoints(table)
    .filter((folder) => path === folder || path.startsWith(`${folder}/`))
    .toSorted((one, other) => one.length - other.length)
    .find((folder) => isNotMounted(folder));
}

/** Where disks are mounted, but for the root, and for what is a folder of another disk (`man 5 fstab`). */
function mountPoints(table: string): readonly string[] {
  return table.split('\n').flatMap((line) => {
    const [source = '', folder = '', , options = ''] = line.trim().split(/\s+/);
    const isBound = /(?:^|,)r?bind(?:,|$)/.test(options);
    if (source.startsWith('#') || isBound || !/^\/./.test(folder)) return [];
    return [unescapeOctal(folder).replace(/\/+$/, '')];
  });
}

/** By the device, for a sandbox makes folders mounts that are none outside. What may not be seen is taken to be there. */
function isNotMounted(folder: string): boolean {
  try {
    const own = statSync(folder, { throwIfNoEntry: false });
    return own === undefined || own.dev === statSync(dirname(folder)).dev;
  } catch {
    return false;
  }
}

function readTable(): string {
  try {
    return readFileSync('/etc/fstab', 'utf8');
  } catch {
    return '';
  }
}
