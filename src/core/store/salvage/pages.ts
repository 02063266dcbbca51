import { readFileSync } from 'node:fs';
import { committedFrames, doubtfulFrames } from '../wal-check.ts';

const headerBytes = 100;
const usualPageBytes = 4096;
const trunkEntriesAt = 8;

/** The pages of a database file with what its log has committed over them, whatever is damaged in it. */
export interface Pages {
  readonly pageBytes: number;
  /** What may have rows in it: pages that are given back to the database are left out, where it says which. */
  readonly inUse: readonly Buffer[];
  page(number: number): Buffer | undefined;
}

export function readPages(path: string): Pages {
  const file = readFileSync(path);
  const pageBytes = pageBytesOf(file);
  const frames = committedFrames(`${path}-wal`, pageBytes);
  const count = Math.max(Math.ceil(file.length / pageBytes), ...frames.keys());
  const page = (number: number): Buffer | undefined => {
    const start = (number - 1) * pageBytes;
    return frames.get(number) ?? (start < file.length ? file.subarray(start, start + pageBytes) : undefined);
  };
  const free = freePages(page, count);
  const numbers = Array.from({ length: count }, (_, index) => index + 1).filter(
    (number) => !free.has(number),
  );
  const inUse = numbers.flatMap((number) => pageInUse(page(number), number));
  return { pageBytes, page, inUse: [...inUse, ...doubtfulFrames(`${path}-wal`, pageBytes)] };
}

/** The first page begins with the header of the file. */
function pageInUse(page: Buffer | undefined, number: number): readonly Buffer[] {
  return page === undefined || number === 1 ? [] : [page];
}

/** What the header says where that can be; we make no other than the usual. */
function pageBytesOf(file: Buffer): number {
  if (file.length < headerBytes) return usualPageBytes;
  const said = file.readUInt16BE(16) === 1 ? 65_536 : file.readUInt16BE(16);
  const isPossible = said >= 512 && (said & (said - 1)) === 0;
  return isPossible && file.length % said === 0 ? said : usualPageBytes;
}

/** https://sqlite.org/fileformat2.html#the_freelist; none where it leads astray. */
function freePages(page: (number: number) => Buffer | undefined, count: number): ReadonlySet<number> {
  const free = new Set<number>();
  const first = page(1);
  let trunk = first !== undefined && first.length >= headerBytes ? first.readUInt32BE(32) : 0;
  while (trunk !== 0) {
    const read = page(trunk);
    if (read === undefined || read.length < trunkEntriesAt) return new Set();
    if (free.has(trunk) || trunk > count) return new Set();
    free.add(trunk);
    const leaves = read.readUInt32BE(4);
    if (leaves * 4 + trunkEntriesAt > read.length) return new Set();
    for (let leaf = 0; leaf < leaves; leaf += 1) free.add(read.readUInt32BE(trunkEntriesAt + leaf * 4));
    trunk = read.readUInt32BE(0);
  }
  return free;
}
