import { closeSync, constants, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** A path under which a unix socket can be bound or reached while it is not disposed. */
export interface ReachablePath extends Disposable {
  readonly path: string;
}

/** The kernel takes 107 bytes (unix(7), sun_path). */
const longestPath = 107;

/**
 * `path` as it is where it fits into a socket address; else through a descriptor of its folder, which
 * has a short name in /proc. Throws where the folder cannot be opened.
 */
export function reachableSocketPath(path: string): ReachablePath {
  if (Buffer.byteLength(path) <= longestPath) return { path, [Symbol.dispose]() {} };
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  return {
    path: `/proc/self/fd/${folder}/${basename(path)}`,
    [Symbol.dispose]: () => closeSync(folder),
  };
}
