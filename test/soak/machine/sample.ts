import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a server holds at a moment. */
export interface Sample {
  /** Seconds since the soak began. */
  readonly at: number;
  readonly rssBytes: number;
  /** Without the pages it shares with the file it was started from. */
  readonly ownBytes: number;
  /** TCP connections to its port. */
  readonly connections: number;
  /** Descriptors of everything else. */
  readonly files: number;
  readonly threads: number;
  readonly children: number;
}

export interface DiskUse {
  /** Of all files in the data directory. */
  readonly totalBytes: number;
  /** All logs of databases, the largest of them, and the largest tail of a namespace. */
  readonly logsBytes: number;
  readonly logBytes: number;
  readonly tailBytes: number;
  /** Files below `.groundmist/tmp`. */
  readonly temporary: number;
}

interface Process {
  readonly pid: number;
  readonly port: number;
}

/** What Linux says of a process (`man 5 proc`); undefined where it has ended. */
export function sampleProcess({ pid, port }: Process, at: number): Sample | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const links = readdirSync(`/proc/${pid}/fd`).map((name) => linkOf(`/proc/${pid}/fd/${name}`));
    const onPort = connectionsTo({ pid, port });
    const connections = links.filter((link) => onPort.has(link)).length;
    return {
      at,
      rssBytes: kilobytesOf(status, 'VmRSS'),
      ownBytes: kilobytesOf(status, 'RssAnon'),
      connections,
      files: links.length - connections,
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
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => ({
    name,
    stat: statSync(join(folder, name), { throwIfNoEntry: false }),
  }));
  const files = found.flatMap(({ name, stat }) => (stat?.isFile() ? [{ name, bytes: stat.size }] : []));
  const sizesOf = (ending: string): readonly number[] =>
    files.filter(({ name }) => name.endsWith(ending)).map(({ bytes }) => bytes);
  return {
    totalBytes: sum(files.map(({ bytes }) => bytes)),
    logsBytes: sum(sizesOf('-wal')),
    logBytes: Math.max(0, ...sizesOf('-wal')),
    tailBytes: Math.max(0, ...sizesOf('-tail')),
    temporary: files.filter(({ name }) => name.startsWith('.groundmist/tmp/')).length,
  };
}

/** As the links of descriptors name them: `socket:[…]`. */
function connectionsTo({ pid, port }: Process): ReadonlySet<string> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, 'latin1').split('\n').slice(1),
  );
  return new Set(
    lines.flatMap((line) => {
      const [, address, , state, , , , , , inode] = line.trim().split(/\s+/);
      return address?.endsWith(local) && state !== listening ? [`socket:[${inode}]`] : [];
    }),
  );
}

const listening = '0A';

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
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
