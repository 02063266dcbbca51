import { readIfThere } from './read-if-there.ts';

/*
 * The log of SQLite (https://sqlite.org/walformat.html): a header of 32 bytes, then frames of 24 bytes and a page. Every
 * frame carries the salts of the header and a checksum over all before it; the first that is wrong ends the log.
 */

const magicBigEndian = 0x377f0683;
const magicLittleEndian = 0x377f0682;
const headerBytes = 32;
const frameHeaderBytes = 24;
/** Of the sum in the header of the log. */
const sumAt = 24;

/**
 * Why a log that a killed process left has lost commits that were on disk, the rest of a sentence; undefined where it has
 * not, or nobody can tell: frames behind the first damaged one that belong to two commits or more were synced, for a
 * commit is synced before the next begins.
 */
export function whyLogLost(path: string): string | undefined {
  const log = readIfThere(path);
  if (log === undefined || log.length < headerBytes) return undefined;
  const frames = readFrames(log);
  if (frames === undefined) return 'its header is damaged';
  const commitsBehind = frames.filter(
    ({ isWhole, isOfThisLog, isCommit }) => !isWhole && isOfThisLog && isCommit,
  );
  if (commitsBehind.length < 2) return undefined;
  return `${commitsBehind.length} commits lie behind a damaged place in it`;
}

/** The newest of each page that a log has committed, by its number; none where the log is of another page size. */
export function committedFrames(path: string, pageBytes: number): ReadonlyMap<number, Buffer> {
  const log = readIfThere(path);
  if (log === undefined || log.length < headerBytes || log.readUInt32BE(8) !== pageBytes) return new Map();
  const whole = (readFrames(log) ?? []).filter(({ isWhole }) => isWhole);
  const last = whole.findLastIndex(({ isCommit }) => isCommit);
  return new Map(whole.slice(0, last + 1).map(({ page, content }) => [page, content]));
}

/** Pages that a log has and that are not committed, or behind a damaged place; what is in them may still be whole. */
export function doubtfulFrames(path: string, pageBytes: number): readonly Buffer[] {
  const log = readIfThere(path);
  if (log === undefined || log.length < headerBytes || log.readUInt32BE(8) !== pageBytes) return [];
  const doubtful = (readFrames(log) ?? []).filter(({ isWhole, isOfThisLog }) => !isWhole && isOfThisLog);
  return doubtful.map(({ content }) => content);
}

interface Frame {
  readonly page: number;
  readonly content: Buffer;
  readonly isCommit: boolean;
  /** Not of what was written before the log began again from its start. */
  readonly isOfThisLog: boolean;
  /** It and all before it. */
  readonly isWhole: boolean;
}

/** Undefined where the header is damaged. */
function readFrames(log: Buffer): readonly Frame[] | undefined {
  const magic = log.readUInt32BE(0);
  const pageBytes = log.readUInt32BE(8);
  const isOurs = magic === magicBigEndian || magic === magicLittleEndian;
  if (!isOurs || pageBytes < 512 || pageBytes > 65_536) return undefined;
  const sum = new RunningSum(magic === magicBigEndian);
  sum.add(log.subarray(0, sumAt));
  if (!sum.is(log, sumAt)) return undefined;
  const frames: Frame[] = [];
  const frameBytes = frameHeaderBytes + pageBytes;
  let isWhole = true;
  for (let at = headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    const content = log.subarray(at + frameHeaderBytes, at + frameBytes);
    const isOfThisLog = log.subarray(at + 8, at + 16).equals(log.subarray(16, sumAt));
    if (isWhole) {
      sum.add(log.subarray(at, at + 8));
      sum.add(content);
      isWhole = isOfThisLog && sum.is(log, at + 16);
    }
    frames.push({
      page: log.readUInt32BE(at),
      content,
      isCommit: log.readUInt32BE(at + 4) !== 0,
      isOfThisLog,
      isWhole,
    });
  }
  return frames;
}

class RunningSum {
  readonly #isBigEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian;
  }

  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 8) {
      this.#first = (this.#first + this.#word(bytes, at) + this.#second) >>> 0;
      this.#second = (this.#second + this.#word(bytes, at + 4) + this.#first) >>> 0;
    }
  }

  /** Sums are big-endian whatever the words are. */
  is(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }

  #word(bytes: Buffer, at: number): number {
    return this.#isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  }
}
