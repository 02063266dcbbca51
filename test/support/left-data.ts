import { getLogger } from '@logtape/logtape';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { controlMigrations } from '../../src/core/control-migrations.ts';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import { openControlDatabase } from '../../src/core/store/control-database.ts';
import type { DocumentId } from '../../src/core/store/document-id.ts';
import type { DocumentStore } from '../../src/core/store/document-store.ts';
import type { StoreBackend, Stores } from '../../src/core/store/stores.ts';
import { takeDataDirectory } from '../../src/core/taken-directory.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { SampleDocument, sampleId } from './sample-documents.ts';
import { stockFixtures } from './stock-data.ts';

export const leftNamespace = parseNamespace('xyz.groundmist.library');
const [stockFixture = ''] = stockFixtures;

/** Does something with the store of a data directory, as a server does, and leaves it in order. */
export async function useData(
  dataDirectory: string,
  backend: StoreBackend,
  work: (store: DocumentStore, stores: Stores) => Promise<void>,
): Promise<void> {
  await using taken = await takeDataDirectory({
    dataDirectory,
    store: backend,
    listen: '',
    command: 'test',
    clock: systemClock,
    log: getLogger('groundmist-test'),
  });
  openControlDatabase(dataDirectory, controlMigrations).close(true);
  await work(await taken.stores.open(leftNamespace), taken.stores);
}

/** A document of a snapshot that was opened and three changes on top of it. */
export async function storeSample(store: DocumentStore, number: number): Promise<SampleDocument> {
  const id = sampleId(number);
  const document = new SampleDocument().write('one').write('two');
  const { snapshot, interior, heads } = document;
  await store.append(id, { chunks: [snapshot], heads });
  const sequence = await onlySequence(store, id);
  await store.vouch(id, { interiors: new Map([[sequence, interior]]), throughSequence: sequence });
  document.addition();
  for (const entry of ['three', 'four', 'five']) await store.append(id, document.write(entry).addition());
  return document;
}

/** A data directory with some documents and something in quarantine, as a server leaves it that was stopped. */
export async function leaveData(dataDirectory: string, backend: StoreBackend): Promise<void> {
  await useData(dataDirectory, backend, async (store) => {
    for (const number of [1, 2, 3]) await storeSample(store, number);
    const document = await storeSample(store, 4);
    const stored = await store.load(sampleId(4));
    const last = stored?.chunks.at(-1)?.sequence ?? -1;
    await store.setAside(sampleId(4), { sequences: [last], reason: 'to have one', heads: document.before });
  });
}

/** Documents in the stock layout that no server has seen. */
export function leaveStock(dataDirectory: string): void {
  mkdirSync(dataDirectory, { recursive: true });
  cpSync(join(stockFixture, 'xyz'), join(dataDirectory, 'xyz'), { recursive: true });
}

/** Files that are no data: locks, the index of files that is made anew where it is lost, and the name that stock software gave its store. */
const exempt = /^\.groundmist\/(?:lock|lock-holder\.json|nodefs\/.*|tmp\/.*)$|\/st\/orage-adapter-id$/;

/** Every file of a data directory in which each byte counts, from there. */
export function filesThatCount(dataDirectory: string): readonly string[] {
  return readdirSync(dataDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dataDirectory.length + 1))
    .filter((path) => !exempt.test(path))
    .toSorted();
}

async function onlySequence(store: DocumentStore, id: DocumentId): Promise<number> {
  const [chunk] = (await store.load(id))?.chunks ?? [];
  if (chunk === undefined) throw new Error('a chunk should be stored');
  return chunk.sequence;
}
