import { expect, test } from 'bun:test';
import { join } from 'node:path';
import type { Disk } from '../../../src/core/store/disk.ts';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { FaultyDatabase, type Fault } from '../../support/faulty-database.ts';
import { newDocumentId } from '../../support/sync-document.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import {
  bytesOf,
  lastSequence,
  readEntries,
  sampleId,
  SampleDocument,
} from '../../support/sample-documents.ts';

const known = sampleId(1);
const fresh = sampleId(2);
const bad = sampleId(3);

/** Which writes were acknowledged. */
type Outcome = Readonly<Record<'append' | 'create' | 'vouch' | 'compact' | 'setAside', boolean>>;

interface Ground {
  readonly faulty: FaultyDatabase;
  readonly store: SqliteStore;
  readonly disk: Disk;
  readonly path: string;
}

function openGround(path: string): Ground {
  const faulty = new FaultyDatabase(openDocumentsDatabase(path));
  const disk = roomyDisk();
  return {
    faulty,
    disk,
    path,
    store: new SqliteStore({ database: faulty.database, clock: systemClock, disk }),
  };
}

async function isDone(write: Promise<unknown>): Promise<boolean> {
  return write.then(
    () => true,
    () => false,
  );
}

/** Every kind of write, in one group; one statement of it fails. */
async function writeWithFault({ store, faulty }: Ground, fault: Fault): Promise<Outcome> {
  const document = new SampleDocument();
  await store.append(known, document.write('a').addition());
  await store.append(known, document.write('b').addition());
  const compaction = document.compaction(lastSequence(await store.load(known)));
  const sequences = await store.append(bad, new SampleDocument().write('bad').addition());
  faulty.arm(fault);
  const writes = {
    append: isDone(store.append(known, document.write('c').addition())),
    create: isDone(store.append(fresh, new SampleDocument().write('x').addition())),
    vouch: isDone(store.vouch(known, { interiors: new Map(), throughSequence: compaction.throughSequence })),
    compact: isDone(store.compact(known, compaction)),
    setAside: isDone(store.setAside(bad, { sequences, reason: 'Bad.', heads: [] })),
  };
  const outcome = {
    append: await writes.append,
    create: await writes.create,
    vouch: await writes.vouch,
    compact: await writes.compact,
    setAside: await writes.setAside,
  };
  faulty.disarm();
  return outcome;
}

/** What was acknowledged is there, what was refused is not; `mayBeThere` where nobody can know. */
async function expectState(store: SqliteStore, outcome: Outcome, mayBeThere: boolean): Promise<void> {
  const stored = await store.load(known);
  const entries = readEntries(stored);
  expect(stored?.damaged).toEqual([]);
  expect(entries.slice(0, 2)).toEqual(['a', 'b']);
  const seen: Outcome = {
    append: entries.length === 3,
    create: readEntries(await store.load(fresh)).length === 1,
    vouch: (stored?.chunks[0] && stored.checkedThrough >= stored.chunks[0].sequence) ?? false,
    compact: bytesOf(stored).length === (entries.length === 3 ? 2 : 1),
    setAside: (await store.load(bad)) === undefined,
  };
  expect(await store.setAsideChunks({ limit: 10 })).toHaveLength(seen.setAside ? 1 : 0);
  for (const name of ['append', 'create', 'compact', 'setAside'] as const) {
    if (!(mayBeThere && seen[name])) expect({ [name]: seen[name] }).toEqual({ [name]: outcome[name] });
  }
  if (outcome.vouch) expect(seen.vouch).toBe(true);
}

async function expectWhatFollows({ store, disk }: Ground, code: string, isStopped: boolean): Promise<void> {
  const later = newDocumentId();
  const goesOn = await isDone(store.append(later, new SampleDocument().write('later').addition()));
  expect(goesOn).toBe(!isStopped);
  if (isStopped) expect(disk.whyReadOnly).toContain(code);
  else expect(disk.whyReadOnly).toBeUndefined();
  expect(readEntries(await store.load(later))).toEqual(goesOn ? ['later'] : []);
}

const faults = [
  { code: 'SQLITE_FULL', transaction: 'keeps' },
  { code: 'SQLITE_FULL', transaction: 'loses' },
  { code: 'SQLITE_BUSY', transaction: 'keeps' },
  { code: 'SQLITE_IOERR_WRITE', transaction: 'keeps' },
  { code: 'SQLITE_IOERR_FSYNC', transaction: 'loses' },
  { code: 'SQLITE_IOERR_FSYNC', transaction: 'works' },
] as const;

test.each(faults)(
  'whichever statement fails, what was acknowledged is there and the rest is as it was: %o',
  async (kind) => {
    let tried = 0;
    for (let at = 1; ; at += 1) {
      using directory = temporaryFolder();
      const fault = { ...kind, at };
      const ground = openGround(join(directory.path, 'documents.sqlite'));
      const outcome = await writeWithFault(ground, fault);
      const { failed } = ground.faulty;
      const isWrite = failed !== undefined && !/^\s*SELECT/.test(failed);
      await expectState(ground.store, outcome, kind.transaction === 'works');
      if (isWrite) await expectWhatFollows(ground, kind.code, kind.code.startsWith('SQLITE_IOERR'));
      await ground.store.close();
      const again = openGround(ground.path);
      await expectState(again.store, outcome, kind.transaction === 'works');
      await expectWhatFollows(again, kind.code, false);
      await again.store.close();
      if (failed === undefined) break;
      // What fails alone is tried again one by one, and the fault does not come twice.
      if (kind.transaction !== 'keeps') expect(Object.values(outcome)).toContain(false);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(20);
  },
);
