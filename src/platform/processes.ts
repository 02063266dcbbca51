import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { systemClock } from './clock.ts';
import { isSameFile } from './files.ts';

/*
 * What Linux tells of processes (`man 5 proc`). All of it is undefined on other systems, of a process that has ended,
 * and where this user may not look.
 */

/** The user that a process acts as. */
export function processUserId(pid: number): number | undefined {
  const id = /^Uid:\s+\d+\s+(\d+)/m.exec(readProcess(pid, 'status'))?.[1];
  return id === undefined ? undefined : Number(id);
}

/** Whether a signal stopped it, as Ctrl-Z does, until another lets it go on. */
export function isStopped(pid: number): boolean {
  return /^State:\s+[Tt]/m.test(readProcess(pid, 'status'));
}

/** What its program is called. */
export function programOf(pid: number): string | undefined {
  return readProcess(pid, 'comm').trim() || undefined;
}

const ticksASecond = 100;

/** When a process was started, in milliseconds since 1970, exact to some ten of them. */
export function processStartedAt(pid: number): number | undefined {
  const text = readProcess(pid, 'stat');
  // Its name stands in brackets, and may have spaces and brackets in it; the time is the 22nd word.
  const ticks = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19]);
  const uptimeSeconds = Number.parseFloat(readText('/proc/uptime'));
  if (text === '' || Number.isNaN(ticks + uptimeSeconds)) return undefined;
  return systemClock.now() - (uptimeSeconds - ticks / ticksASecond) * 1000;
}

/** How many files and sockets it may have open; Infinity where nothing limits them. */
export function openFilesLimit(pid: number | 'self'): number | undefined {
  const limit = /^Max open files\s+(\S+)/m.exec(readProcess(pid, 'limits'))?.[1];
  if (limit === undefined) return undefined;
  return limit === 'unlimited' ? Infinity : Number(limit);
}

/** How many it has open now. */
export function openFilesCount(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return undefined;
  }
}

export interface RunningProgram {
  readonly pid: number;
  /** As it was started. */
  readonly words: readonly string[];
  readonly userId: number | undefined;
  /** Where it is now. */
  readonly folder: string | undefined;
}

/** The processes of a program, but for this one. Linux keeps fifteen letters of its name. */
export function processesOf(program: string): readonly RunningProgram[] {
  return processIds()
    .filter((pid) => pid !== process.pid && programOf(pid) === program)
    .map((pid) => ({
      pid,
      words: wordsOf(pid),
      userId: processUserId(pid),
      folder: readLink(`/proc/${pid}/cwd`)[0],
    }));
}

/** The words that a process was started with. */
export function wordsOf(pid: number): readonly string[] {
  return readProcess(pid, 'cmdline').split('\0').slice(0, -1);
}

/**
 * The path of the program that a process was started from, where another file lies there by now, or none: a process goes on with its own.
 * Seen as the process sees files, whose folders may be others than ours.
 */
export function replacedProgramOf(pid: number): string | undefined {
  const [link] = readLink(`/proc/${pid}/exe`);
  if (link === undefined) return undefined;
  const [word = ''] = wordsOf(pid);
  const path = isAbsolute(word) ? word : link.replace(/ \(deleted\)$/, '');
  return isSameFile(`/proc/${pid}/exe`, `/proc/${pid}/root${path}`) ? undefined : path;
}

export interface SystemdUnit {
  /** `groundmist.service`. */
  readonly name: string;
  /** The machine's systemd, or that of the person. */
  readonly scope: 'system' | 'user';
}

/** The service that systemd runs it in; undefined where it was started by hand. */
export function systemdUnitOf(pid: number): SystemdUnit | undefined {
  return unitOfCgroup(readProcess(pid, 'cgroup'));
}

export function unitOfCgroup(text: string): SystemdUnit | undefined {
  // Where both are there, either may be the one that systemd uses.
  const paths = [/^0::(.*)$/m, /^\d+:name=systemd:(.*)$/m].map((place) => place.exec(text)?.[1] ?? '');
  return paths.map(unitOfPath).find((unit) => unit !== undefined);
}

function unitOfPath(path: string): SystemdUnit | undefined {
  const parts = path.split('/');
  const name = parts.findLast((part) => part !== '');
  if (name === undefined || !name.endsWith('.service') || /^user@\d+\.service$/.test(name)) return undefined;
  return { name, scope: parts.some((part) => /^user@\d+\.service$/.test(part)) ? 'user' : 'system' };
}

/** The process that listens on a TCP port, as far as this user may see it. */
export function listenerOf(port: number): number | undefined {
  const inodes = ['tcp', 'tcp6'].flatMap((table) => listeningInodes(readText(`/proc/net/${table}`), port));
  if (inodes.length === 0) return undefined;
  const links = new Set(inodes.map((inode) => `socket:[${inode}]`));
  return processIds().find((pid) => openLinks(pid).some((link) => links.has(link)));
}

const listening = '0A';

function listeningInodes(table: string, port: number): readonly string[] {
  return table.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [local = '', state, inode] = [columns[1], columns[3], columns[9]];
    const isThere = state === listening && Number.parseInt(local.split(':')[1] ?? '', 16) === port;
    return isThere && inode !== undefined ? [inode] : [];
  });
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Whether it has a file below a folder open that was deleted since. */
export function holdsDeleted(pid: number, folder: string): boolean {
  return openLinks(pid).some((link) => link.startsWith(`${folder}/`) && link.endsWith(' (deleted)'));
}

function openLinks(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((name) => readLink(`${folder}/${name}`));
  } catch {
    return [];
  }
}

function readLink(path: string): readonly string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return []; // Closed meanwhile.
  }
}

function readProcess(pid: number | 'self', name: string): string {
  return readText(`/proc/${pid}/${name}`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
