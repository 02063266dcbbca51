import { expect, test } from 'bun:test';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { documentsPath, namespaceDirectory, storesPath } from '../../../src/core/store/layout.ts';
import { prepareDataDirectory } from '../../../src/core/store/prepare-folders.ts';
import { Stores, type StoreBackend } from '../../../src/core/store/stores.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { readEntries, sampleId, SampleDocument } from '../../support/sample-documents.ts';
import { hashTree, readExpected, stockFixtures } from '../../support/stock-data.ts';
import { openFence, sharedFence } from '../../support/fence.ts';
import { folderState, temporaryFolder } from '../../support/folder.ts';
import { codeOf, failureOf } from '../../support/rejection.ts';

const library = parseNamespace('xyz.groundmist.library');
const essays = parseNamespace('xyz.groundmist.notebook.essay');
const [fixture = ''] = stockFixtures;
const id = sampleId(1);

const open = (dataDirectory: string, backend: StoreBackend = 'sqlite'): Stores =>
  new Stores({ dataDirectory, clock: systemClock, fence: sharedFence(), backend });
const isOriginal = (path: string): boolean => path.includes('snapshot') || path.includes('incremental');

test('a namespace has one store, made when it is first asked for, and it is there after a restart', async () => {
  using directory = temporaryFolder();
  const stores = open(directory.path);
  expect(await stores.namespaces()).toEqual([]);
  const [first, second] = await Promise.all([stores.open(library), stores.open(library)]);
  expect(first).toBe(second);
  await first.append(id, new SampleDocument().write('a').addition());
  expect(await stores.namespaces()).toEqual([library]);
  await stores.close();

  const again = open(directory.path);
  expect(readEntries(await (await again.open(library)).load(id))).toEqual(['a']);
  await again.close();
});

test('the same document id in two namespaces is two documents', async () => {
  using directory = temporaryFolder();
  const stores = open(directory.path);
  await (await stores.open(library)).append(id, new SampleDocument().write('library').addition());
  expect(await (await stores.open(essays)).load(id)).toBeUndefined();
  await stores.close();
});

test('data of stock automerge-repo opens, is imported once, and stays untouched', async () => {
  for (const root of stockFixtures) {
    using directory = temporaryFolder();
    cpSync(root, directory.path, { recursive: true });
    const before = hashTree(directory.path, isOriginal);
    const stores = open(directory.path);
    for (const [name, documents] of Object.entries(readExpected(root))) {
      const facts = await (await stores.open(parseNamespace(name))).list({ limit: 100 });
      expect(facts.map((one) => String(one.id))).toEqual(Object.keys(documents).toSorted());
      expect(facts.map(({ heads }) => [...heads])).toEqual(
        facts.map((one) => [...(documents[one.id]?.heads ?? [])]),
      );
    }
    await stores.close();
    expect(hashTree(directory.path, isOriginal)).toBe(before);
    const marked = JSON.parse(readFileSync(storesPath(directory.path), 'utf8'));
    expect(Object.keys(marked.namespaces).toSorted()).toEqual(Object.keys(readExpected(root)).toSorted());

    for (const one of readdirSync(join(directory.path, 'xyz', 'groundmist', 'library'))) {
      if (one.length === 2)
        rmSync(join(directory.path, 'xyz', 'groundmist', 'library', one), { recursive: true });
    }
    const again = open(directory.path);
    expect(await (await again.open(library)).list({ limit: 100 })).not.toEqual([]);
    await again.close();
  }
});

test('a damaged document of the stock layout is remembered as a problem and does not stop the rest', async () => {
  using directory = temporaryFolder();
  cpSync(fixture, directory.path, { recursive: true });
  const documents = Object.keys(readExpected(fixture)[library] ?? {});
  const [victim = ''] = documents;
  const snapshots = join(
    directory.path,
    'xyz',
    'groundmist',
    'library',
    victim.slice(0, 2),
    victim.slice(2),
    'snapshot',
  );
  for (const name of readdirSync(snapshots)) truncateSync(join(snapshots, name), 20);
  const stores = open(directory.path);
  expect(await (await stores.open(library)).list({ limit: 100 })).toHaveLength(documents.length - 1);
  await stores.close();
  const again = open(directory.path);
  expect(again.problems(library).map(({ document }) => document)).toEqual([victim]);
  await again.close();
});

test('another backend than the one that holds the truth is refused at the start, and nothing is changed', async () => {
  for (const [first, second] of [
    ['sqlite', 'nodefs'],
    ['nodefs', 'sqlite'],
  ] as const) {
    using directory = temporaryFolder();
    const stores = open(directory.path, first);
    await (await stores.open(library)).append(id, new SampleDocument().write('a').addition());
    await stores.close();
    const before = folderState(directory.path);
    const opened = Promise.try(() => open(directory.path, second));
    expect(await codeOf(opened)).toBe('ConfigurationInvalid');
    expect((await failureOf(opened))?.message).toContain(
      `kept by the store "${first}", and GROUNDMIST_STORE is ${second}`,
    );
    expect(folderState(directory.path)).toEqual(before);
    const again = open(directory.path, first);
    expect(readEntries(await (await again.open(library)).load(id))).toEqual(['a']);
    await again.close();
  }
});

test('data of stock automerge-repo is lived in by the store of files, chunk for chunk', async () => {
  for (const root of stockFixtures) {
    using directory = temporaryFolder();
    cpSync(root, directory.path, { recursive: true });
    const before = hashTree(directory.path, isOriginal);
    const stores = open(directory.path, 'nodefs');
    for (const [name, documents] of Object.entries(readExpected(root))) {
      const listed = await (await stores.open(parseNamespace(name))).list({ limit: 100 });
      expect(listed.map((facts) => [String(facts.id), [...facts.heads]])).toEqual(
        Object.entries(documents)
          .toSorted(([left], [right]) => (left < right ? -1 : 1))
          .map(([one, { heads }]) => [one, [...heads]]),
      );
    }
    await stores.close();
    expect(hashTree(directory.path, isOriginal)).toBe(before);
  }
});

test('the store of files opens no namespace whose documents may be in a database', async () => {
  using directory = temporaryFolder();
  const first = open(directory.path);
  await first.open(library);
  await first.close();
  rmSync(storesPath(directory.path));
  const stores = open(directory.path, 'nodefs');
  const opened = stores.open(library);
  expect(await codeOf(opened)).toBe('ConfigurationInvalid');
  expect((await failureOf(opened))?.message).toContain(documentsPath(directory.path, library));
  expect(await codeOf(stores.open(essays))).toBe('no failure');
  await stores.close();
});

test('a folder of documents that is gone is damage, not an empty namespace', async () => {
  using directory = temporaryFolder();
  const stores = open(directory.path, 'nodefs');
  await stores.open(library);
  await stores.close();
  const path = namespaceDirectory(directory.path, library);
  rmSync(path, { recursive: true });
  const again = open(directory.path, 'nodefs');
  expect(await codeOf(again.open(library))).toBe('StoreDamaged');
  expect(existsSync(path)).toBe(false);
  await again.close();
});

test('a stores.json that cannot be read stops the start, and is left alone', async () => {
  using directory = temporaryFolder();
  prepareDataDirectory(directory.path);
  for (const [text, code] of [
    ['', 'StoreDamaged'],
    ['{', 'StoreDamaged'],
    ['{"version":0,"namespaces":{}}', 'StoreDamaged'],
    ['{"version":1,"namespaces":{"..":{}}}', 'StoreDamaged'],
    ['{"version":2,"documents":{}}', 'StoreNewer'],
  ] as const) {
    writeFileSync(storesPath(directory.path), text);
    expect(await codeOf(Promise.try(() => open(directory.path)))).toBe(code);
    expect(readFileSync(storesPath(directory.path), 'utf8')).toBe(text);
  }
});

test('a database that is gone is damage, not an empty namespace', async () => {
  using directory = temporaryFolder();
  const stores = open(directory.path);
  await stores.open(library);
  await stores.close();
  const path = documentsPath(directory.path, library);
  rmSync(path);
  const again = open(directory.path);
  expect(await codeOf(again.open(library))).toBe('StoreDamaged');
  expect(existsSync(path)).toBe(false);
  await again.close();
});

test('a namespace that failed to open can be opened once the cause is gone', async () => {
  using directory = temporaryFolder();
  mkdirSync(join(directory.path, 'xyz'));
  writeFileSync(join(directory.path, 'xyz', 'groundmist'), 'in the way');
  const stores = open(directory.path);
  expect(await codeOf(stores.open(library))).toBe('StoreUnavailable');
  rmSync(join(directory.path, 'xyz', 'groundmist'));
  expect(await codeOf(stores.open(library))).toBe('no failure');
  await stores.close();
});

test('a database that is not one fails as damaged', async () => {
  using directory = temporaryFolder();
  const path = documentsPath(directory.path, library);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, 'this is not a database, however long one looks at it '.repeat(100));
  const stores = open(directory.path);
  expect(await codeOf(stores.open(library))).toBe('StoreDamaged');
  await stores.close();
});

test('tells how each namespace stands without opening it: not yet, open, failed', async () => {
  using directory = temporaryFolder();
  for (const namespace of [library, essays]) {
    mkdirSync(namespaceDirectory(directory.path, namespace), { recursive: true });
    writeFileSync(documentsPath(directory.path, namespace), '');
  }
  const stores = open(directory.path);
  expect(await stores.states()).toEqual([
    { kind: 'opening', namespace: library },
    { kind: 'opening', namespace: essays },
  ]);
  const opening = [library, essays].map((name) => expect.stringContaining(`${name} is being opened`));
  expect([stores.whyOpening(), stores.whyFailed()]).toEqual([opening, []]);
  await (await stores.open(essays)).append(id, new SampleDocument().write('a').addition());
  writeFileSync(documentsPath(directory.path, library), 'no database, however long '.repeat(100));
  expect(await codeOf(stores.open(library))).toBe('StoreDamaged');
  expect(await stores.states()).toMatchObject([
    { kind: 'failed', namespace: library, reason: expect.stringContaining('SQLITE_NOTADB') },
    { kind: 'open', namespace: essays, summary: { documentCount: 1 } },
  ]);
  expect(stores.whyOpening()).toEqual([]);
  expect(stores.whyFailed()).toEqual([
    expect.stringMatching(/^xyz\.groundmist\.library cannot be served: .*SQLITE_NOTADB/),
  ]);
  rmSync(documentsPath(directory.path, library));
  await stores.open(library);
  expect(await stores.states()).toMatchObject([
    { kind: 'open', namespace: library, summary: { documentCount: 0 } },
    { kind: 'open', namespace: essays },
  ]);
  expect([stores.whyOpening(), stores.whyFailed()]).toEqual([[], []]);
  await stores.close();
});

test('nothing opens after the stores are closed', async () => {
  using directory = temporaryFolder();
  const stores = open(directory.path);
  await stores.close();
  expect(await codeOf(stores.open(library))).toBe('StoreUnavailable');
});

test('an import for which Automerge cannot be started is not taken for done: the next start imports all', async () => {
  using directory = temporaryFolder();
  cpSync(fixture, directory.path, { recursive: true });
  await using broken = openFence({ command: ['/bin/false'] });
  const early = new Stores({ dataDirectory: directory.path, clock: systemClock, fence: broken });
  expect(await codeOf(early.open(library))).toBe('StoreUnavailable');
  await early.close();
  const stores = open(directory.path);
  const store = await stores.open(library);
  expect(stores.problems(library)).toEqual([]);
  expect((await store.list({ limit: 100 })).map((facts) => facts.id).toSorted()).toEqual(
    Object.keys(readExpected(fixture)[library] ?? {}).toSorted() as never,
  );
  await stores.close();
});
