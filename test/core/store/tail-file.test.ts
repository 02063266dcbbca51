import { expect, test } from 'bun:test';
import { readFileSync, statSync } from 'node:fs';
import { TailFile } from '../../../src/core/store/tail-file.ts';
import { diskTailFiles, type TailFiles } from '../../../src/core/store/tail-files.ts';
import { readTailFile, recoverTailFile } from '../../../src/core/store/tail-reading.ts';
import { blockBytes, type TailChange } from '../../../src/core/store/tail-record.ts';
import { failureOf } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/folder.ts';

let salts = 0n;
const nextSalt = (): bigint => (salts += 1n);

function changes(count: number, from = 0): readonly TailChange[] {
  return Array.from({ length: count }, (_, index) => ({
    id: 2 ** 20 + from + index,
    heads: new Uint8Array(32).fill(7),
    changedAt: 1_000,
    bytes: new Uint8Array(124).fill(index),
  }));
}

function write(file: TailFile, batch: readonly TailChange[]): void {
  expect(file.lay(batch)).toBe(true);
  file.write();
}

const found = (path: string, salt: bigint) =>
  recoverTailFile(path, readTailFile(path), salt).map(({ change }) => change);

test('batches are read back, for this user only, and nothing of what was there before the file began anew', () => {
  using directory = temporaryFolder();
  const path = directory.at('tail');
  const file = new TailFile(path, diskTailFiles, nextSalt);
  const old = file.begin();
  write(file, changes(500));
  expect(found(path, old)).toEqual([...changes(500)]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const salt = file.begin();
  expect(found(path, salt)).toEqual([]);
  write(file, changes(3, 900));
  write(file, changes(2, 903));
  expect(found(path, salt)).toEqual([...changes(3, 900), ...changes(2, 903)]);
  file.close();
});

test('an append changes no size, and a lone one touches one block', () => {
  using directory = temporaryFolder();
  const path = directory.at('tail');
  const writes: (readonly [at: number, sizeBytes: number])[] = [];
  const files: TailFiles = {
    ...diskTailFiles,
    write(file, bytes, position) {
      writes.push([position, bytes.length]);
      return diskTailFiles.write(file, bytes, position);
    },
  };
  const file = new TailFile(path, files, nextSalt);
  file.begin();
  const { size } = statSync(path);
  for (let sequence = 0; sequence < 70; sequence += 1) {
    writes.length = 0;
    write(file, changes(1, sequence));
    expect(writes).toHaveLength(1);
    const [[at, sizeBytes] = [0, 0]] = writes;
    expect(Math.floor(at / blockBytes)).toBe(Math.floor((at + sizeBytes - 1) / blockBytes));
  }
  expect(statSync(path).size).toBe(size);
  // Whoever writes on takes as much place again as there is.
  for (let sequence = 70; sequence < 2000; sequence += 1) write(file, changes(1, sequence));
  expect(statSync(path).size).toBe(2 ** 19);
  file.close();
});

test('a system that writes a few bytes at a time is asked again', () => {
  using directory = temporaryFolder();
  const path = directory.at('tail');
  const files: TailFiles = {
    ...diskTailFiles,
    write: (file, bytes, position) => diskTailFiles.write(file, bytes.subarray(0, 700), position),
  };
  const file = new TailFile(path, files, nextSalt);
  const salt = file.begin();
  write(file, changes(50));
  expect(found(path, salt)).toEqual([...changes(50)]);
  file.close();
  expect(() => new TailFile(path, { ...files, write: () => 0 }, nextSalt).begin()).toThrow(
    'nothing was written',
  );
});

test('what does not fit in any more is refused, and what is there stays', () => {
  using directory = temporaryFolder();
  const path = directory.at('tail');
  const file = new TailFile(path, diskTailFiles, nextSalt);
  const salt = file.begin();
  let count = 0;
  while (file.lay(changes(1000, count))) {
    file.write();
    count += 1000;
  }
  expect(statSync(path).size).toBeLessThanOrEqual(1.5 * 2 ** 20);
  expect(count).toBeGreaterThan(5000);
  expect(found(path, salt)).toHaveLength(count);
  file.close();
});

test('a file that is gone, another, or damaged beyond knowing of what is damage; an empty one is the word of the owner', async () => {
  using directory = temporaryFolder();
  const path = directory.at('tail');
  const file = new TailFile(path, diskTailFiles, nextSalt);
  const salt = file.begin();
  for (let sequence = 0; sequence < 5; sequence += 1) write(file, changes(1, sequence));
  file.close();
  const bytes = readFileSync(path);
  const recover = (from: Buffer | undefined, ofSalt = salt) =>
    Promise.try(() => recoverTailFile(path, from, ofSalt));
  const damaged = Buffer.from(bytes).fill(0xff, 16, 500);
  for (const [tried, sentence] of [
    [recover(undefined), 'and that is gone'],
    [recover(bytes, salt + 1n), 'and that is another file'],
    [recover(damaged), 'of the changes in'],
  ] as const) {
    const failure = await failureOf(tried);
    expect(failure?.code).toBe('StoreDamaged');
    expect(failure?.message).toContain(sentence);
    expect(failure?.message).toContain('put an empty file in its place');
  }
  // The head of the file alone says nothing that its records do not.
  expect(await recover(Buffer.from(bytes).fill(0xff, 0, 16))).toHaveLength(5);
  expect(await recover(Buffer.alloc(0))).toEqual([]);
});
