import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a server holds at a moment. */
export interface Sample {
  /** Seconds since the soak began. */
  readonly at: number;
  readonly rssBytes: number;
  /** Without the pages it shares with the file it was started from. */
  readonly ownBytes: number;
  readonly files: number;
  readonly sockets: number;
  readonly threads: number;
  readonly children: number;
}

export interface DiskUse {
  /** Whole blocks of everything in the data directory. */
  readonly totalBytes: number;
  /** The largest log of a database, and the largest tail of a namespace. */
  readonly logBytes: number;
  readonly tailBytes: number;
  /** Files in `.groundmist/tmp`. */
  readonly temporary: number;
}

/** What Linux says of a process (`man 5 proc`); undefined where it has ended. */
export function sampleProcess(pid: number, at: number): Sample | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const links = readdirSync(`/proc/${pid}/fd`).map((name) => linkOf(`/proc/${pid}/fd/${name}`));
    const sockets = links.filter((link) => link.startsWith('socket:')).length;
    return {
      at,
      rssBytes: kilobytesOf(status, 'VmRSS'),
      ownBytes: kilobytesOf(status, 'RssAnon'),
      files: links.length - sockets,
      sockets,
      threads: Number(/^Threads:\s*(\d+)$/m.exec(status)?.[1] ?? 0),
      children: childrenOf(pid).length,
    };
  } catch {
    return undefined;
  }
}

/** The processes that it started and that still run. */
export function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1');
      return children.split(' ').filter(Boolean).map(Number);
    } catch {
      return []; // The thread has ended.
    }
  });
}

export function measureDisk(folder: string): DiskUse {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => ({
    name,
    stat: statSync(join(folder, name), { throwIfNoEntry: false }),
  }));
  const largest = (ending: string): number =>
    Math.max(0, ...files.filter(({ name }) => name.endsWith(ending)).map(({ stat }) => stat?.size ?? 0));
  return {
    totalBytes: files.reduce((sum, { stat }) => sum + (stat?.blocks ?? 0) * 512, 0),
    logBytes: largest('-wal'),
    tailBytes: largest('-tail'),
    temporary: files.filter(({ name }) => name.startsWith('.groundmist/tmp/')).length,
  };
}

function kilobytesOf(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // Closed meanwhile.
  }
}
