import { expect, test } from 'bun:test';
import type { Disk } from '../../../src/core/store/disk.ts';
import type { DocumentStore } from '../../../src/core/store/document-store.ts';
import { newDocumentId } from '../../support/sync-document.ts';
import { temporaryFolder } from '../../support/folder.ts';
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
const edited = sampleId(4);

/** Which writes were acknowledged. */
type Outcome = Readonly<Record<'append' | 'create' | 'edit' | 'vouch' | 'compact' | 'setAside', boolean>>;

interface Writes {
  readonly outcome: Outcome;
  readonly snapshot: Uint8Array;
}

/** A store of which one step fails. */
export interface FaultyStore {
  readonly store: DocumentStore;
  readonly disk: Disk;
  /** Its step `at`, counted from 1 from now on, fails. */
  arm(at: number): void;
  disarm(): void;
  /** What failed. */
  failed(): string | undefined;
}

/** One way to fail. */
export interface FaultKind {
  readonly name: string;
  readonly code: string;
  /** Whether nothing is written any more until a restart, and what was refused may be there all the same. */
  readonly isDiskBroken: boolean;
  readonly isDoneAllTheSame: boolean;
  /** How many steps there are at least. */
  readonly leastSteps?: number;
  /** Steps that no write survives. */
  refuses(failed: string): boolean;
  open(directory: string): Promise<FaultyStore>;
}

async function isDone(write: Promise<unknown>): Promise<boolean> {
  return write.then(
    () => true,
    () => false,
  );
}

/** Every kind of write, in one group; one statement of it fails. */
async function writeWithFault(faulty: FaultyStore, at: number): Promise<Writes> {
  const { store } = faulty;
  const document = new SampleDocument();
  await store.append(known, document.write('a').addition());
  await store.append(known, document.write('b').addition());
  const compaction = document.compaction(lastSequence(await store.load(known)));
  const sequences = await store.append(bad, new SampleDocument().write('bad').addition());
  const plain = new SampleDocument();
  await store.append(edited, plain.write('first').addition());
  faulty.arm(at);
  const writes = {
    append: isDone(store.append(known, document.write('c').addition())),
    create: isDone(store.append(fresh, new SampleDocument().write('x').addition())),
    edit: isDone(store.append(edited, plain.write('second').addition())),
    vouch: isDone(store.vouch(known, { interiors: new Map(), throughSequence: compaction.throughSequence })),
    compact: isDone(store.compact(known, compaction)),
    setAside: isDone(store.setAside(bad, { sequences, reason: 'Bad.', heads: [] })),
  };
  const outcome = {
    append: await writes.append,
    create: await writes.create,
    edit: await writes.edit,
    vouch: await writes.vouch,
    compact: await writes.compact,
    setAside: await writes.setAside,
  };
  faulty.disarm();
  return { outcome, snapshot: compaction.snapshot };
}

/** What was acknowledged is there, what was refused is not; `mayBeThere` where nobody can know. */
async function expectState(
  store: DocumentStore,
  { outcome, snapshot }: Writes,
  mayBeThere: boolean,
): Promise<void> {
  const stored = await store.load(known);
  const entries = readEntries(stored);
  expect(stored?.damaged).toEqual([]);
  expect(entries.slice(0, 2)).toEqual(['a', 'b']);
  const seen: Outcome = {
    append: entries.length === 3,
    create: readEntries(await store.load(fresh)).length === 1,
    edit: readEntries(await store.load(edited)).length === 2,
    vouch: (stored?.chunks[0] && stored.checkedThrough >= stored.chunks[0].sequence) ?? false,
    compact: bytesOf(stored).some((bytes) => Buffer.compare(bytes, snapshot) === 0),
    setAside: (await store.load(bad)) === undefined,
  };
  expect(await store.setAsideChunks({ limit: 10 })).toHaveLength(seen.setAside ? 1 : 0);
  for (const name of ['append', 'create', 'edit', 'compact', 'setAside'] as const) {
    if (!(mayBeThere && seen[name])) expect({ [name]: seen[name] }).toEqual({ [name]: outcome[name] });
  }
  if (outcome.vouch) expect(seen.vouch).toBe(true);
}

async function expectWhatFollows(
  { store, disk }: FaultyStore,
  code: string,
  isStopped: boolean,
): Promise<void> {
  const later = newDocumentId();
  const goesOn = await isDone(store.append(later, new SampleDocument().write('later').addition()));
  expect(goesOn).toBe(!isStopped);
  if (isStopped) expect(disk.whyReadOnly).toContain(code);
  else expect(disk.whyReadOnly).toBeUndefined();
  expect(readEntries(await store.load(later))).toEqual(goesOn ? ['later'] : []);
}

/** Every step of a group of writes fails in turn. */
export function describeFaults(kind: FaultKind): void {
  test(`whichever step fails, what was acknowledged is there and the rest is as it was: ${kind.name}`, async () => {
    let tried = 0;
    for (let at = 1; ; at += 1) {
      using directory = temporaryFolder();
      const faulty = await kind.open(directory.path);
      const writes = await writeWithFault(faulty, at);
      const failed = faulty.failed();
      const isWrite = failed !== undefined && !/^\s*SELECT/.test(failed);
      await expectState(faulty.store, writes, kind.isDoneAllTheSame);
      if (isWrite) await expectWhatFollows(faulty, kind.code, kind.isDiskBroken);
      await faulty.store.close();
      const again = await kind.open(directory.path);
      await expectState(again.store, writes, kind.isDoneAllTheSame);
      await expectWhatFollows(again, kind.code, false);
      await again.store.close();
      if (failed === undefined) {
        expect(Object.values(writes.outcome)).not.toContain(false);
        break;
      }
      if (kind.refuses(failed)) expect(Object.values(writes.outcome)).toContain(false);
      tried += 1;
    }
    expect(tried).toBeGreaterThanOrEqual(kind.leastSteps ?? 10);
  });
}
