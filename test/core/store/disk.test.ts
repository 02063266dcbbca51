import { expect, test } from 'bun:test';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../../src/core/failure.ts';
import { Disk, warnOfRoom } from '../../../src/core/store/disk.ts';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { codeOf, failureOf } from '../../support/rejection.ts';
import { lastSequence, readEntries, sampleId, SampleDocument } from '../../support/sample-documents.ts';
import { tailBeside } from '../../support/tail-beside.ts';

const mebibyte = 2 ** 20;
/** RFC 6455 §5.5: 125 bytes with the code. */
const longestCloseReason = 123;
const requestId = ' (request abc123)';

function diskWith(room: { freeBytes: number; sizeBytes: number }): Disk {
  return new Disk(() => room);
}

test('documents are read-only below 256 MiB, or a sixteenth of a small disk, and come back with room', () => {
  const large = { freeBytes: 256 * mebibyte - 1, sizeBytes: 2 ** 40 };
  const disk = diskWith(large);
  expect(disk.whyReadOnly).toBe('Documents are read-only until 256 MiB are free on the disk of the server.');
  large.freeBytes += 1;
  expect(disk.whyReadOnly).toBeUndefined();

  const small = { freeBytes: mebibyte - 1, sizeBytes: 16 * mebibyte };
  expect(diskWith(small).whyReadOnly).toContain('1 MiB');
  small.freeBytes += 1;
  expect(diskWith(small).whyReadOnly).toBeUndefined();
});

test('a write that found no room is said, and the next that finds some ends it', () => {
  const disk = diskWith({ freeBytes: 2 ** 40, sizeBytes: 2 ** 40 });
  disk.filled();
  expect(disk.whyReadOnly).toContain('full');
  disk.refuseIfReadOnly();
  disk.wrote();
  expect(disk.whyReadOnly).toBeUndefined();
});

test('what an error of the disk ended does not come back with room', () => {
  const disk = diskWith({ freeBytes: 2 ** 40, sizeBytes: 2 ** 40 });
  disk.broke(new Failure('StoreUnavailable', 'The first.'));
  disk.broke(new Failure('StoreUnavailable', 'The second.'));
  disk.wrote();
  expect(disk.whyReadOnly).toBe('The first.');
  expect(() => disk.refuseIfReadOnly()).toThrow('the disk of the server has failed');
  expect(() => disk.refuseIfBroken()).toThrow('the disk of the server has failed');
});

test('every refusal fits the close reason of a socket', () => {
  using folder = temporaryFolder();
  const full = diskWith({ freeBytes: 0, sizeBytes: 2 ** 40 });
  const moved = diskWith({ freeBytes: 2 ** 40, sizeBytes: 2 ** 40 });
  writeFileSync(folder.at('lock'), '');
  moved.opened.watch(folder.at('lock'));
  renameSync(folder.at('lock'), folder.at('elsewhere'));
  const broken = diskWith({ freeBytes: 2 ** 40, sizeBytes: 2 ** 40 });
  broken.broke(new Failure('StoreUnavailable', 'SQLITE_IOERR'));
  for (const disk of [full, broken, moved]) {
    const refusal = captured(() => disk.refuseIfReadOnly());
    expect(refusal?.code).toBe('StoreReadOnly');
    expect(refusal?.message.length).toBeLessThanOrEqual(longestCloseReason - requestId.length);
    expect(refusal?.message).not.toContain('SQLITE');
    expect(refusal?.message).not.toContain(folder.path);
  }
});

function captured(action: () => void): Failure | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Failure ? error : undefined;
  }
}

test('a store on a disk without room reads, sets aside and vouches, and stores nothing new', async () => {
  using directory = temporaryFolder();
  const room = { freeBytes: 2 ** 40, sizeBytes: 2 ** 40 };
  const database = openDocumentsDatabase(join(directory.path, 'documents.sqlite'));
  const store = new SqliteStore({
    database,
    tailPath: tailBeside(database),
    clock: systemClock,
    disk: diskWith(room),
  });
  const id = sampleId(1);
  const document = new SampleDocument();
  await store.append(id, document.write('a').addition());
  const throughSequence = lastSequence(await store.load(id));
  room.freeBytes = 0;
  const refused = store.append(id, document.write('b').addition());
  expect(await codeOf(refused)).toBe('StoreReadOnly');
  expect((await failureOf(refused)).message).toContain('256 MiB');
  expect(await codeOf(store.compact(id, document.compaction(throughSequence)))).toBe('StoreReadOnly');
  await store.vouch(id, { interiors: new Map(), throughSequence });
  expect(readEntries(await store.load(id))).toEqual(['a']);
  room.freeBytes = 2 ** 40;
  await store.append(id, { chunks: [document.snapshot], heads: document.heads });
  expect(readEntries(await store.load(id))).toEqual(['a', 'b']);
  await store.close();
});

test('where a file that is written to was moved or replaced nothing is stored until it is back', () => {
  using folder = temporaryFolder();
  const [lock, aside] = [folder.at('lock'), folder.at('aside')];
  writeFileSync(lock, '');
  const disk = Disk.of(folder.path);
  disk.opened.watch(lock);
  expect(disk.whyReadOnly).toBeUndefined();
  renameSync(lock, aside);
  writeFileSync(lock, '');
  expect(disk.whyReadOnly).toContain(`${lock} is not the file any more that the server opened`);
  for (const refuse of [() => disk.refuseIfReadOnly(), () => disk.refuseIfBroken()])
    expect(refuse).toThrow('was moved, deleted or replaced');
  renameSync(aside, lock);
  expect(disk.whyReadOnly).toBeUndefined();
  disk.refuseIfReadOnly();
});

test('what is not there when it is to be watched, and what is watched no more, refuses nothing', () => {
  using folder = temporaryFolder();
  const disk = Disk.of(folder.path);
  disk.opened.watch(folder.at('never'));
  writeFileSync(folder.at('closed'), '');
  disk.opened.watch(folder.at('closed'))[Symbol.dispose]();
  rmSync(folder.at('closed'));
  disk.refuseIfReadOnly();
});

test('of a folder that is gone the room is what it was', () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('data'));
  const disk = Disk.of(folder.at('data'));
  const { sizeBytes } = disk.room;
  rmSync(folder.at('data'), { recursive: true });
  expect(disk.room.sizeBytes).toBe(sizeBytes);
});

test('little room is a warning, none at all a problem and no warning', () => {
  const gigabyte = 1_000_000_000;
  const warn = (freeBytes: number) => warnOfRoom({ freeBytes, sizeBytes: 40 * gigabyte }, '/srv/mist');
  expect(warn(2 * gigabyte)).toEqual([]);
  expect(warn(0.9 * gigabyte)).toEqual([
    'Only 900.0 MB are left on the disk of /srv/mist: below 268.4 MB documents become read-only. Make room on it.',
  ]);
  expect(warn(0.1 * gigabyte)).toEqual([]);
});
