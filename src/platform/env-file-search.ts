import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SourceFile } from './config.ts';
import { envLines, envValues, parseEnvFile } from './env-file.ts';

/** What the file system says of a place where an env file may be. */
export type Candidate =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'unreadable';
      readonly reason: string;
      /** Its folder is closed to this user, so that it may not be there at all. */
      readonly isHidden?: true;
    }
  | {
      readonly kind: 'file';
      readonly text: string;
      readonly ownerId: number;
      readonly mode: number;
      /** The first line, from 1, that is not UTF-8, and so not in `text` as it is on disk. */
      readonly brokenLine?: number;
    };

export interface Search {
  /** The file that a flag or the environment names: it must be there. */
  readonly named: string | undefined;
  /** `$XDG_CONFIG_HOME`, or what stands for it. */
  readonly configHome: string;
  readonly userId: number;
  /** The name whose presence tells that a `.env` in the current folder is ours. */
  readonly mark: string;
  read(path: string): Candidate;
}

export type Found =
  | {
      readonly kind: 'found';
      readonly file: SourceFile | undefined;
      /** What was passed over, each a sentence. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'problem'; readonly sentence: string };

const limitBytes = 256 * 1024;
const writableByOthers = 0o022;
/** Where the settings of a server of the machine are. */
export const machineEnvFile = '/etc/groundmist/env';

/** The env file of this run: the one named, else `./.env` if it is ours, else the person's, else the machine's. */
export function findEnvFile(search: Search): Found {
  if (search.named !== undefined) return openNamed(search.named, search);
  const notes: string[] = [];
  for (const path of ['.env', `${search.configHome}/groundmist/env`, machineEnvFile]) {
    const candidate = search.read(path);
    if (candidate.kind === 'missing') continue;
    // Nobody said that there is one.
    if (path === '.env' && candidate.kind === 'unreadable' && candidate.isHidden) continue;
    const why = whySkipped(path, candidate, search);
    if (why === undefined && candidate.kind === 'file') return open(path, candidate.text, notes);
    notes.push(`${path} is passed over: ${why}.`);
  }
  return { kind: 'found', file: undefined, notes };
}

/** Reads a candidate through one descriptor, so that what is checked is what is read. */
export function readCandidate(path: string): Candidate {
  let descriptor: number;
  try {
    // Without O_NONBLOCK a FIFO of that name would hold us for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { kind: 'missing' }
      : {
          kind: 'unreadable',
          reason: `it cannot be opened (${code})`,
          ...(isHidden(path) && { isHidden: true }),
        };
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { kind: 'unreadable', reason: 'it is not a file' };
    if (stat.size > limitBytes)
      return { kind: 'unreadable', reason: `it is larger than ${limitBytes} bytes` };
    const bytes = readFileSync(descriptor);
    return {
      kind: 'file',
      text: bytes.toString('utf8'),
      ownerId: stat.uid,
      mode: stat.mode & 0o777,
      ...(isUtf8(bytes) ? {} : { brokenLine: findBrokenLine(bytes) }),
    };
  } catch (error) {
    return { kind: 'unreadable', reason: `it cannot be read (${codeOf(error)})` };
  } finally {
    closeSync(descriptor);
  }
}

function isHidden(path: string): boolean {
  try {
    lstatSync(path, { throwIfNoEntry: false });
    return false;
  } catch {
    return true;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
}

function findBrokenLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf('\n', start);
    if (!isUtf8(bytes.subarray(start, end === -1 ? undefined : end))) return line;
    start = end === -1 ? bytes.length : end + 1;
  }
  return line;
}

function openNamed(path: string, search: Search): Found {
  if (path === '') return { kind: 'problem', sentence: 'The name of the env file is empty.' };
  const candidate = search.read(path);
  if (candidate.kind === 'file') return open(path, candidate.text, []);
  const reason = candidate.kind === 'missing' ? 'it does not exist' : candidate.reason;
  return { kind: 'problem', sentence: `The env file ${path} cannot be used: ${reason}.` };
}

function open(path: string, text: string, notes: readonly string[]): Found {
  const entries = parseEnvFile(text);
  const unreadable = entries.flatMap((entry) => (entry.kind === 'unreadable' ? [entry.line] : []));
  const more = unreadable.map((line) => `${path} line ${line} is not NAME=value and was not read.`);
  return {
    kind: 'found',
    file: { path: resolve(path), values: envValues(entries), lines: envLines(entries) },
    notes: [...notes, ...more],
  };
}

/** Only a `.env` found by chance must prove itself; the other places are groundmist's by name. */
function whySkipped(path: string, candidate: Candidate, search: Search): string | undefined {
  if (candidate.kind === 'unreadable') return candidate.reason;
  if (candidate.kind === 'missing' || path !== '.env') return undefined;
  if (candidate.ownerId !== search.userId) return 'it belongs to another user';
  if ((candidate.mode & writableByOthers) !== 0) {
    return 'others may write to it; `chmod go-w .env` makes it usable';
  }
  if (envValues(parseEnvFile(candidate.text))[search.mark] === undefined) {
    return `it holds no ${search.mark}, so it looks like another project's`;
  }
  return undefined;
}
