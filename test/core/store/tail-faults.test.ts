import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { diskTailFiles } from '../../../src/core/store/tail-files.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { FaultyTailFiles, type TailFault } from '../../support/faulty-tail-files.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { codeOf } from '../../support/rejection.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import { readEntries, sampleId, SampleDocument } from '../../support/sample-documents.ts';
import { tailBeside } from '../../support/tail-beside.ts';

const ids = [sampleId(1), sampleId(2)] as const;

function open(directory: string, fault: TailFault) {
  const database = openDocumentsDatabase(join(directory, 'documents.sqlite'));
  const tailFiles = new FaultyTailFiles(diskTailFiles, fault);
  const tailPath = tailBeside(database);
  const disk = roomyDisk();
  const store = new SqliteStore({ database, tailPath, tailFiles, clock: systemClock, disk });
  return { database, store, tailFiles, disk };
}

/** Two documents and three edits of each; one step of the file fails, the first of all being `at` 1. */
async function editWithFault(directory: string, fault: TailFault, at: number) {
  const { store, tailFiles, disk, database } = open(directory, fault);
  const documents = ids.map((id) => ({ id, document: new SampleDocument() }));
  const acknowledged: string[] = [];
  tailFiles.arm(at);
  for (const entry of ['a', 'b', 'c', 'd']) {
    const edits = documents.map(({ id, document }) => {
      return codeOf(store.append(id, document.write(entry).addition()));
    });
    const codes = new Set(await Promise.all(edits));
    expect(codes.size).toBe(1);
    if (codes.has('no failure')) acknowledged.push(entry);
    else break;
  }
  tailFiles.disarm();
  return { store, acknowledged, disk, database, failed: tailFiles.failed };
}

for (const code of ['ENOSPC', 'EIO']) {
  for (const effect of ['never', 'half', 'works'] as const) {
    test(`whichever step of the file fails from its making on, what was acknowledged is there: ${code}, ${effect}`, async () => {
      const failures: string[] = [];
      for (let at = 1; ; at += 1) {
        using directory = temporaryFolder();
        const done = await editWithFault(directory.path, { code, effect }, at);
        for (const id of ids) expect(readEntries(await done.store.load(id))).toEqual(done.acknowledged);
        expect(done.disk.whyReadOnly !== undefined).toBe(done.acknowledged.length < 4);
        if (code === 'EIO' && done.failed !== undefined) expect(done.acknowledged.length).toBeLessThan(4);
        // As after kill -9: what is on the disk without a close.
        const again = open(directory.path, { code, effect });
        for (const id of ids) {
          const entries = readEntries(await again.store.load(id));
          const mayBeMore = effect !== 'never' || done.failed === 'sync';
          expect(entries.slice(0, done.acknowledged.length)).toEqual(done.acknowledged);
          if (!mayBeMore) expect(entries).toEqual(done.acknowledged);
        }
        again.database.close(true);
        done.database.close(true);
        if (done.failed === undefined) break;
        failures.push(done.failed);
      }
      expect(new Set(failures)).toEqual(new Set(['open', 'write', 'sync', 'syncFolder']));
    });
  }
}

test('what a failed write left in the file is never taken for acknowledged, though the next write goes past it', async () => {
  for (const at of [1, 2]) {
    using directory = temporaryFolder();
    const { store, tailFiles, database } = open(directory.path, { code: 'ENOSPC', effect: 'works' });
    const [id] = ids;
    const kept = new SampleDocument();
    await store.append(id, kept.write('a').addition());
    await store.append(id, kept.write('b').addition());
    const lost = kept.copy();
    const chunks = ['c', 'd'].flatMap((entry) => lost.write(entry).addition().chunks);
    tailFiles.arm(at);
    expect(await codeOf(store.append(id, { chunks, heads: lost.heads }))).toBe('StoreUnavailable');
    tailFiles.disarm();
    const large = crypto.getRandomValues(new Uint8Array(3000)).toHex();
    await store.append(id, kept.write(large).addition());
    // As after kill -9: what is on the disk without a close.
    const again = open(directory.path, { code: 'ENOSPC', effect: 'never' });
    expect(readEntries(await again.store.load(id))).toEqual(['a', 'b', large]);
    expect((await again.store.facts(id))?.heads).toEqual(kept.heads);
    again.database.close(true);
    database.close(true);
  }
});

for (const code of ['EMFILE', 'EACCES']) {
  test(`a file that cannot be opened keeps nothing from being stored: ${code}`, async () => {
    using directory = temporaryFolder();
    const { store, tailFiles, disk, database } = open(directory.path, { code, effect: 'never' });
    const document = new SampleDocument();
    for (const entry of ['a', 'b', 'c']) {
      tailFiles.arm(1);
      await store.append(ids[0], document.write(entry).addition());
      expect(tailFiles.failed).toBe('open');
    }
    tailFiles.disarm();
    await store.append(ids[0], document.write('d').addition());
    expect(disk.whyReadOnly).toBeUndefined();
    expect(readEntries(await store.load(ids[0]))).toEqual(['a', 'b', 'c', 'd']);
    database.close(true);
  });
}
