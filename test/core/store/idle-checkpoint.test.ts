import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { IdleCheckpoint } from '../../../src/core/store/idle-checkpoint.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { TestClock } from '../../support/clock.ts';
import { forgedChunk } from '../../support/forged-chunk.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import { sampleId } from '../../support/sample-documents.ts';

const mebibyte = 2 ** 20;

function open(directory: string) {
  const path = join(directory, 'documents.sqlite');
  const clock = new TestClock();
  const store = new SqliteStore({
    database: openDocumentsDatabase(path),
    tailPath: `${path}-tail`,
    clock,
    disk: roomyDisk(),
  });
  const write = async (number: number): Promise<void> => {
    const { bytes, hash } = forgedChunk(1, 16_000);
    await store.append(sampleId(number), { chunks: [bytes], heads: [hash] });
  };
  return { path, clock, store, write, logBytes: () => statSync(`${path}-wal`).size };
}

test('what is in the log moves into the database once nothing is written for a while', async () => {
  using directory = temporaryFolder();
  const { path, clock, store, write } = open(directory.path);
  for (let number = 0; number < 20; number += 1) await write(number);
  const before = statSync(path).size;
  clock.advance(1_000);
  await write(20);
  clock.advance(1_999);
  expect(statSync(path).size).toBe(before);
  clock.advance(1);
  expect(statSync(path).size).toBeGreaterThan(before + 20 * 16_000);
  await store.close();
});

test('a long log is cut off once nothing is written for a while; a short one stays', async () => {
  using directory = temporaryFolder();
  const { clock, store, write, logBytes } = open(directory.path);
  for (let number = 0; number < 20; number += 1) await write(number);
  clock.advance(2_000);
  expect(logBytes()).toBeGreaterThan(20 * 16_000);
  for (let number = 0; number < 100; number += 1) await write(number);
  expect(logBytes()).toBeGreaterThan(mebibyte);
  clock.advance(2_000);
  expect(logBytes()).toBe(0);
  await write(1);
  await store.close();
});

test('a log that grew beside a long reader is moved without waiting for it, and cut off once it is gone', async () => {
  using directory = temporaryFolder();
  const { path, clock, store, write, logBytes } = open(directory.path);
  await write(0);
  using reader = new Database(path, { readonly: true });
  reader.run('BEGIN');
  reader.query('SELECT count(*) FROM document').get();
  await Promise.all(Array.from({ length: 2000 }, (_, number) => write(number)));
  expect(logBytes()).toBeGreaterThan(24 * mebibyte);
  clock.advance(2_000);
  expect(logBytes()).toBeGreaterThan(24 * mebibyte);
  reader.run('COMMIT');
  await write(1);
  clock.advance(2_000);
  expect(logBytes()).toBe(0);
  await store.close();
});

test('a disk that fails at a checkpoint is said to be broken, one that is busy is not', () => {
  const clock = new TestClock();
  const disk = roomyDisk();
  let code = 'SQLITE_BUSY';
  const fail = (): never => {
    throw Object.assign(new Error(code), { code });
  };
  using checkpoint = new IdleCheckpoint({ run: fail, filename: '' }, clock, disk);
  checkpoint.wrote();
  clock.advance(2_000);
  expect(disk.whyReadOnly).toBeUndefined();
  code = 'SQLITE_IOERR_FSYNC';
  checkpoint.wrote();
  clock.advance(2_000);
  expect(disk.whyReadOnly).toContain(code);
});
