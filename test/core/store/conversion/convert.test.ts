import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../../../src/core/failure.ts';
import { parseNamespace } from '../../../../src/core/lexicon/namespace.ts';
import {
  convertNamespaces,
  type Conversion,
  type Converted,
} from '../../../../src/core/store/conversion/convert-all.ts';
import { pendingConversions } from '../../../../src/core/store/conversion/pending.ts';
import type { DocumentId } from '../../../../src/core/store/document-id.ts';
import type { DocumentStore } from '../../../../src/core/store/document-store.ts';
import {
  conversionDirectory,
  documentsPath,
  namespaceDirectory,
  supersededDirectory,
} from '../../../../src/core/store/layout.ts';
import { openReader } from '../../../../src/core/store/reader.ts';
import { StoresFile } from '../../../../src/core/store/stores-file.ts';
import { Stores, type StoreBackend } from '../../../../src/core/store/stores.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { sharedFence } from '../../../support/fence.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { makeDocument, writeStock } from '../../../support/plain-store.ts';
import { codeOf, failureOf, rejectionOf } from '../../../support/rejection.ts';
import { roomyDisk } from '../../../support/roomy-disk.ts';
import { bytesOf, sampleId, SampleDocument } from '../../../support/sample-documents.ts';

const library = parseNamespace('xyz.groundmist.library');
const below = parseNamespace('xyz.groundmist.library.ab');
const never = new AbortController().signal;
const [whole, grown, twin, cleared] = [1, 2, 3, 4].map(sampleId) as [
  DocumentId,
  DocumentId,
  DocumentId,
  DocumentId,
];
const directions = [
  ['sqlite', 'nodefs'],
  ['nodefs', 'sqlite'],
] as const;

let directory: TemporaryFolder;
let now = 1_000;

beforeEach(() => {
  directory = temporaryFolder();
  now = 1_000;
});
afterEach(() => directory[Symbol.dispose]());

function open(backend: StoreBackend): Stores {
  const clock = { ...systemClock, now: () => now };
  return new Stores({ dataDirectory: directory.path, clock, fence: sharedFence(), backend });
}

async function inStore<Result>(
  backend: StoreBackend,
  work: (store: DocumentStore) => Promise<Result>,
  namespace = library,
): Promise<Result> {
  const stores = open(backend);
  try {
    return await work(await stores.open(namespace));
  } finally {
    await stores.close();
  }
}

/** A document that Automerge opened, one with changes after that, one that is there twice, and one in quarantine. */
async function fill(store: DocumentStore): Promise<void> {
  const first = new SampleDocument().write('a').write('b');
  const [sequence = 0] = await store.append(whole, { chunks: [first.snapshot], heads: first.heads });
  const interiors = new Map([[sequence, first.interior]]);
  await store.vouch(whole, { interiors, throughSequence: sequence });
  now = 2_000;
  const second = new SampleDocument();
  for (const entry of ['c', 'd', 'e']) await store.append(grown, second.write(entry).addition());
  now = 3_000;
  const third = new SampleDocument();
  const addition = third.write('f').addition();
  await store.append(twin, addition);
  await store.append(cleared, addition);
  const [bad = 0] = await store.append(cleared, third.write('g').addition());
  await store.setAside(cleared, { sequences: [bad], reason: 'It is bad.', heads: addition.heads });
}

/** All that a store tells, without the sequences that are its own. */
async function told(store: DocumentStore): Promise<unknown> {
  const documents = [];
  for (const facts of await store.list({ limit: 100 })) {
    const stored = await store.load(facts.id);
    const chunks = stored?.chunks ?? [];
    const interiors = await Promise.all(
      chunks.map(async ({ sequence }) => (await store.interior(facts.id, sequence))?.toHex()),
    );
    const checked = chunks.filter(({ sequence }) => sequence <= (stored?.checkedThrough ?? -1)).length;
    documents.push({ facts, interiors, checked, bytes: bytesOf(stored).map((bytes) => bytes.toHex()) });
  }
  const aside = await store.setAsideChunks({ limit: 100 });
  const kept = await Promise.all(
    aside.map(async ({ place, ...chunk }) => ({
      ...chunk,
      bytes: (await store.setAsideBytes(place))?.toHex(),
    })),
  );
  return { documents, kept };
}

async function convert(to: StoreBackend, signal = never): Promise<readonly Converted[]> {
  const { converted, damaged } = await convertAll(to, signal);
  if (damaged[0]) throw new Failure('StoreDamaged', damaged[0].error);
  return converted;
}

function convertAll(to: StoreBackend, signal = never): Promise<Conversion> {
  const file = new StoresFile(directory.path);
  const ground = { clock: systemClock, disk: roomyDisk(), fence: sharedFence(), file, to, signal };
  const options = { ...ground, dataDirectory: directory.path, told() {} };
  return Promise.try(() => convertNamespaces(pendingConversions(file, to), options));
}

async function inspected(): Promise<unknown> {
  await using reader = await openReader(directory.path);
  const documents = [];
  for await (const facts of reader.list(library)) {
    documents.push({
      facts,
      chunks: (await reader.load(library, facts.id))?.chunks.map((one) => one.toHex()),
    });
  }
  return documents;
}

describe.each(directions)('from %s to %s', (from, to) => {
  test('everything comes along: chunks, heads, times, what Automerge found, the quarantine', async () => {
    const before = await inStore(from, async (store) => {
      await fill(store);
      return told(store);
    });
    const read = await inspected();
    const [converted] = await convert(to);
    expect(converted).toMatchObject({ namespace: library, from, documentCount: 4 });
    expect(await inStore(to, told)).toEqual(before);
    const after = (await inspected()) as { facts: unknown }[];
    if (to === 'nodefs')
      expect(after.map(({ facts }) => facts)).toEqual((read as typeof after).map(({ facts }) => facts));
    expect(existsSync(conversionDirectory(directory.path, library))).toBe(false);
  });

  test('what was there before is kept, whole, and there is nothing more to do', async () => {
    const before = await inStore(from, async (store) => {
      await fill(store);
      return told(store);
    });
    const [converted] = await convert(to);
    expect(converted?.keptIn).toEqual([join(supersededDirectory(directory.path, library), '1')]);
    expect(await convert(to)).toEqual([]);
    // And back: a second time beside the first.
    const [again] = await convert(from);
    expect(again?.keptIn).toEqual([join(supersededDirectory(directory.path, library), '2')]);
    expect(await inStore(from, told)).toEqual(before);
    expect(await codeOf(Promise.try(() => open(to)))).toBe('ConfigurationInvalid');
  });

  test('namespaces that lie in one folder do not touch each other', async () => {
    await inStore(from, fill);
    await inStore(from, fill, below);
    const before = await inStore(from, told, below);
    expect(await convert(to)).toHaveLength(2);
    expect(await inStore(to, told, below)).toEqual(before);
  });

  test('it ends between two documents when it is told to, and leaves all as it was', async () => {
    const before = await inStore(from, async (store) => {
      await fill(store);
      return told(store);
    });
    const reason = new Error('enough');
    expect(await rejectionOf(convert(to, AbortSignal.abort(reason)))).toBe(reason);
    expect(await inStore(from, told)).toEqual(before);
    expect(existsSync(supersededDirectory(directory.path, library))).toBe(false);
  });

  test('a conversion that was killed at its very end is ended by the next one', async () => {
    await inStore(from, fill);
    await convert(to);
    const file = new StoresFile(directory.path);
    // What is left behind in its place, and the word of it.
    file.set(library, { backend: to, problems: [], replaced: from });
    if (from === 'nodefs') writeStock(directory.path, library, await makeDocument(sampleId(9), { a: 1 }));
    const [ended] = await convert(to);
    expect(ended).toMatchObject({ namespace: library, from, documentCount: 0 });
    expect(new StoresFile(directory.path).get(library)).toEqual({ backend: to, problems: [] });
    expect(await inStore(to, async (store) => (await store.list({ limit: 100 })).length)).toBe(4);
  });
});

test('stock files that were imported once are put aside with the rest, and do not bring back what was taken out', async () => {
  writeStock(directory.path, library, await makeDocument(sampleId(9), { title: 'imported' }));
  const before = await inStore('sqlite', told);
  const [converted] = await convert('nodefs');
  expect(converted?.keptIn).toHaveLength(2);
  const kept = readdirSync(join(supersededDirectory(directory.path, library), '1'), { recursive: true });
  expect(kept.some((name) => String(name).includes('snapshot'))).toBe(true);
  expect(await inStore('nodefs', told)).toEqual(before);
});

test('a damaged document keeps its namespace where it is, with nothing changed', async () => {
  await inStore('nodefs', fill);
  const base = namespaceDirectory(directory.path, library);
  const folder = join(base, grown.slice(0, 2), grown.slice(2), 'incremental');
  const [name = ''] = readdirSync(folder);
  truncateSync(join(folder, name), 10);
  const failure = await failureOf(convert('sqlite'));
  expect(failure.code).toBe('StoreDamaged');
  expect(failure.message).toContain(grown);
  expect(existsSync(documentsPath(directory.path, library))).toBe(false);
  expect(existsSync(conversionDirectory(directory.path, library))).toBe(false);
  expect(await inStore('nodefs', async (store) => (await store.list({ limit: 100 })).length)).toBe(4);
});

test('where one namespace is damaged none is moved, and every damaged one is named', async () => {
  const third = parseNamespace('xyz.groundmist.other');
  for (const namespace of [below, library, third]) await inStore('nodefs', fill, namespace);
  for (const namespace of [library, third]) {
    const base = namespaceDirectory(directory.path, namespace);
    const folder = join(base, grown.slice(0, 2), grown.slice(2), 'incremental');
    const [name = ''] = readdirSync(folder);
    truncateSync(join(folder, name), 10);
  }
  const { converted, damaged } = await convertAll('sqlite');
  expect(converted).toEqual([]);
  expect(damaged.map(({ namespace }) => namespace)).toEqual([library, third]);
  const count = async (store: DocumentStore) => (await store.list({ limit: 100 })).length;
  for (const namespace of [below, library, third]) {
    expect(await inStore('nodefs', count, namespace)).toBe(4);
    expect(existsSync(conversionDirectory(directory.path, namespace))).toBe(false);
  }
});

test('a store that is gone is not converted to an empty one', async () => {
  await inStore('sqlite', fill);
  rmSync(documentsPath(directory.path, library));
  expect((await failureOf(convert('nodefs'))).message).toContain('and that is gone');
});

test('a backend that this version does not know is refused', async () => {
  await inStore('sqlite', fill);
  new StoresFile(directory.path).set(library, { backend: 'tape', problems: [] });
  expect((await failureOf(convert('nodefs'))).message).toContain('kept by the store "tape"');
});
