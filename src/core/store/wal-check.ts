import { readFileSync } from 'node:fs';
import { hasErrorCode } from './error-code.ts';

/*
 * The log of SQLite (https://sqlite.org/walformat.html): a header of 32 bytes, then frames of 24 bytes and a page. Every
 * frame carries the salts of the header and a checksum over all before it; the first that is wrong ends the log.
 */

const magicBigEndian = 0x377f0683;
const magicLittleEndian = 0x377f0682;
const headerBytes = 32;
const frameHeaderBytes = 24;

/**
 * Why a log that a killed process left has lost commits that were on disk, the rest of a sentence; undefined where it has
 * not, or nobody can tell: frames behind the first damaged one that belong to two commits or more were synced, for a
 * commit is synced before the next begins.
 */
export function whyLogLost(path: string): string | undefined {
  const log = readLog(path);
  if (log === undefined || log.length < headerBytes) return undefined;
  const magic = log.readUInt32BE(0);
  const pageBytes = log.readUInt32BE(8);
  const isOurs = magic === magicBigEndian || magic === magicLittleEndian;
  if (!isOurs || pageBytes < 512 || pageBytes > 65_536) return 'its header is damaged';
  const sum = new RunningSum(magic === magicBigEndian);
  sum.add(log.subarray(0, 24));
  if (!sum.is(log, 24)) return 'its header is damaged';
  const frameBytes = frameHeaderBytes + pageBytes;
  let isWhole = true;
  let commitsBehind = 0;
  for (let at = headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    const isOfThisLog = log.subarray(at + 8, at + 16).equals(log.subarray(16, 24));
    if (isWhole) {
      sum.add(log.subarray(at, at + 8));
      sum.add(log.subarray(at + frameHeaderBytes, at + frameBytes));
      isWhole = isOfThisLog && sum.is(log, at + 16);
      if (isWhole) continue;
    }
    if (isOfThisLog && log.readUInt32BE(at + 4) !== 0) commitsBehind += 1;
  }
  return commitsBehind > 1 ? `${commitsBehind} commits lie behind a damaged place in it` : undefined;
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

function readLog(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
